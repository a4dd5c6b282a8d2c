"""What rules would have made of what the store has kept of a thing.

Numbers are kept, by slots of some seconds; a slot counts from when it is over. Of a state it is
known since when it is as it is now, and of facts since when they are said: what was before is
doubtful. Times are seconds since the epoch.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from blinkenlights.kinds.kept_numbers import keeper_of_numbers
from blinkenlights.kinds.rows import Missed, Point, Span
from blinkenlights.kinds.subject import Subject
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.words import span
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.vocabulary import numbers_of

MISSED = 3
"""A series is stale when nothing came for more than so many of its usual pauses."""
STATES = frozenset(("state", "status", "since"))


class Kept(NamedTuple):
    """What is kept of one thing."""

    points: Sequence[Point]
    """Oldest first."""
    missed: Sequence[Missed]
    """When nobody could hear it."""
    pause: float
    """Seconds from one point to the next, mostly."""
    are_counts: bool
    """Whether it is known of each slot how many came, and nothing else."""


def kept_of(
    subject: Subject, context: ViewContext, name: str, spans: Span, missed: Sequence[Missed]
) -> Kept:
    """Return what is kept of a thing. Raises a StoreError.

    Args:
        subject: Its subject.
        context: The present.
        name: Its name.
        spans: Over what.
        missed: When nobody could hear it.
    """
    past = subject.in_rules.past if subject.in_rules else None
    points = (past(context, name) if past else _points_of(subject, context, name, spans)) or ()
    pauses = [after.time - before.time for before, after in pairwise(points)]
    longest = max((point.seconds for point in points), default=60.0)
    return Kept(points, missed, max(longest, median(pauses) if pauses else 0.0), past is not None)


def _points_of(
    subject: Subject, context: ViewContext, name: str, spans: Span
) -> Sequence[Point] | None:
    display = subject.display
    if display is None:
        return None
    if display.number is not None:
        keeper = keeper_of_numbers()
        if keeper is None:
            return None
        name, display = keeper.series_of(display.number(name)), keeper.subject.display
    if display is None or display.points is None:
        return None
    return display.points(context.store, name, spans, context.now)


class Now(NamedTuple):
    """A thing as it is now, and what a rule asks of it."""

    thing: Thing
    at: float
    """Up to when it is judged."""
    names: frozenset[str]
    """The names of values that the rule uses."""

    @property
    def seen(self) -> float:
        """When it gave its last sign of life; never where it gave none."""
        return inf if self.thing.age is None else self.at - self.thing.age

    def unkept(self, kept: Kept, at: float) -> Sequence[str]:
        """Return the values that the rule uses and that are not known of a moment."""
        since = inf if self.thing.since is None else self.thing.since
        unknown = list(self.names & STATES) if at < since else []
        unknown += ["facts"] if "facts" in self.names and at < self.seen else []
        unknown += ["age"] if "age" in self.names and _heard(self, kept, at) is None else []
        return sorted(unknown)

    def known_from(self, kept: Kept) -> float:
        """Return from when on all is known that the rule uses; infinity for never."""
        since = inf if self.thing.since is None else self.thing.since
        starts = [
            since if self.names & STATES else 0.0,
            self.seen if "facts" in self.names else 0.0,
        ]
        first = next((each for each in kept.points if each.count), None)
        if "age" in self.names:
            starts.append(min(self.seen, first.time + first.seconds) if first else self.seen)
        return max(starts)


def thing_then(now: Now, kept: Kept, at: float, window: float) -> Thing:
    """Return a thing as it was at a moment, with what is known of it.

    Args:
        now: The thing as it is now: its name and tags are taken to have been the same.
        kept: What is kept of it.
        at: The moment.
        window: Seconds over which numbers are taken.
    """
    points = kept.points
    end = bisect_right(points, at, key=lambda point: point.time + point.seconds)
    is_same = now.thing.since is not None and at >= now.thing.since
    heard = _heard(now, kept, at)
    thing = now.thing._replace(
        state=now.thing.state if is_same else "",
        status=now.thing.status if is_same else "OK",
        since=now.thing.since if is_same else None,
        age=None if heard is None else max(0.0, at - heard),
        facts=now.thing.facts if at >= now.seen else {},
        sentence="", numbers={}, doubt="", missing="", unsure="", ended="", is_known=True,
    )  # fmt: skip
    gap = next((each for each in kept.missed if each.start <= at < each.end), None)
    if gap:
        return thing._replace(doubt=f"nobody could hear it then: {gap.reason or gap.address}")
    unkept = now.unkept(kept, at)
    if unkept:
        return thing._replace(doubt=f"of then its {', '.join(unkept)} is not kept")
    if not now.names & numbers_of(thing.subject):
        return thing
    if kept.are_counts:
        return _counted(thing, points, end, at, window)
    if not end:
        return thing._replace(missing="nothing had come of it")
    silent = at - points[end - 1].time - points[end - 1].seconds
    if silent > MISSED * kept.pause:
        return thing._replace(missing=f"nothing had come for {span(round(silent))}")
    begin = bisect_right(points, at - window, hi=end, key=lambda p: p.time + p.seconds / 2)
    numbers = _numbers(points[begin:end])
    last = points[end - 1].last
    if last is not None:
        numbers["value"] = last
    return thing._replace(numbers=numbers)


def _heard(now: Now, kept: Kept, at: float) -> float | None:
    """Return when the last sign of life before a moment came, to within a slot; None if unknown."""
    if at >= now.seen:
        return now.seen
    end = bisect_right(kept.points, at, key=lambda point: point.time + point.seconds)
    for point in reversed(kept.points[:end]):
        if point.count:
            return point.time + point.seconds
    return None


def _counted(thing: Thing, points: Sequence[Point], end: int, at: float, window: float) -> Thing:
    begin = bisect_right(points, at - max(60.0, window), hi=end, key=lambda point: point.time)
    inside = points[begin:end]
    heard = sum(point.seconds for point in inside)
    if heard < max(60.0, window) - 2 * 60:
        return thing._replace(unsure=f"not all of the {span(window)} before was heard")
    count = float(sum(point.count for point in inside))
    return thing._replace(numbers={"count": count, "rate": 60 * count / heard})


def _numbers(points: Sequence[Point]) -> dict[str, float]:
    number = sum(point.count for point in points)
    if not number:
        return {}
    found = {"count": float(number)}
    means = [(point.mean, point.count) for point in points if point.mean is not None]
    if means:
        found["avg"] = sum(mean * count for mean, count in means) / sum(n for _, n in means)
    lows = [point.min for point in points if point.min is not None]
    highs = [point.max for point in points if point.max is not None]
    found |= {"min": min(lows)} if lows else {}
    found |= {"max": max(highs)} if highs else {}
    lasts = [(point.time + point.seconds, p) for point in points if (p := point.last) is not None]
    if len(lasts) > 1:
        took = lasts[-1][0] - lasts[0][0]
        values = [value for _, value in lasts]
        grown = sum(b - a if b >= a else b for a, b in pairwise(values))
        found["rate"] = grown / took
    return found
