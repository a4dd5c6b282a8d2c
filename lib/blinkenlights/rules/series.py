"""Things over time that somebody wrote down, so that rules can be tried on them. Pure.

Times are seconds since the epoch.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.subject import InRules, Subject
from blinkenlights.plugin.words import span
from blinkenlights.rules.thing import Thing

MISSED = 3
"""What has numbers is stale when nothing came for more than so many steps, as series are."""
BLIND = "nobody listens"


class Point(NamedTuple):
    """What came at one moment."""

    at: float
    state: str = ""
    """Empty for that of what is well."""
    value: float | None = None
    facts: Mapping[str, Fact] = {}


class Series(NamedTuple):
    """One thing over time."""

    subject: str
    name: str
    every: float
    """Seconds from one step to the next."""
    points: Sequence[Point]
    """In the order of time. A step in which nothing came has none."""
    end: float
    """Until when it says what comes."""
    tags: Mapping[str, str] = {}
    blind: Sequence[tuple[float, float]] = ()
    """When nobody listened."""

    def has_begun(self, now: float) -> bool:
        """Return whether anything has come at a moment."""
        return bool(self.points) and self.points[0].at <= now

    def is_blind(self, now: float) -> bool:
        """Return whether nobody listens at a moment."""
        return any(start <= now < end for start, end in self.blind)


def thing_at(series: Series, subject: Subject, now: float, window: float) -> Thing:
    """Return a thing at a moment, with its numbers over a window."""
    in_rules = subject.in_rules
    if in_rules is None:
        raise KeyError(subject.name)
    points = series.points[: bisect_right(series.points, now, key=lambda point: point.at)]
    last = points[-1]
    state = _state(series, last, in_rules, subject, now)
    heard = [point for point in points if point.state not in in_rules.missing]
    age = now - heard[-1].at if heard else None
    sentence = f"{state}, last seen {span(age)} ago" if age is not None else state
    doubt = _doubt(series, state, in_rules, sentence, now)
    missing = sentence if state in in_rules.missing and not doubt else ""
    is_known = not doubt and not missing
    return Thing(
        subject=series.subject,
        name=series.name,
        state=state,
        status=status_of(subject, state),
        sentence=sentence,
        age=age,
        since=_since(points, last),
        facts=last.facts,
        numbers=_numbers(points, in_rules, now, window) if is_known else {},
        tags={**in_rules.tags(series.name, last.facts), **series.tags},
        doubt=doubt,
        missing=missing,
        ended=sentence if state in in_rules.ended else "",
    )


def well_state(subject: Subject) -> str:
    """Return the state of what is well."""
    in_rules, states = subject.in_rules, subject.display.states if subject.display else ()
    ended = in_rules.ended if in_rules else ()
    well = [one.word for one in states if one.statuses == ("OK",) and one.word not in ended]
    return well[-1] if well else "running"


def status_of(subject: Subject, state: str) -> Status:
    """Return what a check would answer about a state."""
    states = subject.display.states if subject.display else ()
    found = [one.statuses[0] for one in states if one.word == state]
    return found[0] if found else "OK"


def _state(series: Series, last: Point, in_rules: InRules, subject: Subject, now: float) -> str:
    is_stale = in_rules.numbers and now - last.at > MISSED * series.every
    if is_stale and in_rules.missing and last.state not in in_rules.ended:
        return in_rules.missing[-1]
    return last.state or well_state(subject)


def _doubt(series: Series, state: str, in_rules: InRules, sentence: str, now: float) -> str:
    if series.is_blind(now):
        return BLIND
    return sentence if state in in_rules.doubtful else ""


def _since(points: Sequence[Point], last: Point) -> float:
    since = last.at
    for point in reversed(points):
        if point.state != last.state:
            break
        since = point.at
    return since


def _numbers(
    points: Sequence[Point], in_rules: InRules, now: float, window: float
) -> dict[str, float]:
    known = [(point.at, point.value) for point in points if point.value is not None]
    inside = [(at, value) for at, value in known if at > now - window]
    values = [value for _, value in inside]
    if "value" not in in_rules.numbers:
        if not window or not in_rules.numbers:
            return {}
        return {"count": sum(values), "rate": 60 * sum(values) / window}
    numbers = {"value": known[-1][1]} if known else {}
    if not values:
        return numbers
    numbers |= {
        "avg": sum(values) / len(values),
        "min": min(values),
        "max": max(values),
        "count": float(len(values)),
    }
    took = inside[-1][0] - inside[0][0]
    if took:
        grown = sum(
            after - before if after >= before else after for before, after in pairwise(values)
        )
        numbers["rate"] = grown / took
    return numbers
