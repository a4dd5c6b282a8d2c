"""The one line that says what a message is about: what, how much, against which limit, since when.

It is what somebody reads on a telephone at night, so the state comes first.
"""

from collections.abc import Sequence

from blinkenlights.alert.notice import Notice
from blinkenlights.plugin.words import count, span
from blinkenlights.rules.rule import Level

_STATES = {"warning": "WARNING", "critical": "CRITICAL"}
_BEFORE = {
    "worsened": "now ",
    "eased": "now only ",
    "reminder": "still ",
    "escalated": "nobody has acknowledged: ",
}


def worst_of(notices: Sequence[Notice]) -> Level:
    """Return the worst level of some alerts."""
    return "critical" if any(one.level == "critical" for one in notices) else "warning"


def title_of(
    changes: Sequence[Notice], firing: Sequence[Notice], now: float, *, is_first: bool
) -> str:
    """Return the title of a message.

    Args:
        changes: What is new, at least one.
        firing: What fires now.
        now: The present.
        is_first: Whether its receiver knew nothing of it before.
    """
    if not firing:
        return _over(changes, now, is_first=is_first)
    state = _STATES[worst_of(firing)]
    last = changes[-1]
    if last.what == "acknowledged":
        return f"{last.why}: {_about(firing, now)}"
    before = _BEFORE.get(last.what, "") if len(changes) == 1 else ""
    ended = len([one for one in changes if one.is_end])
    tail = f"; {ended} well again" if ended else ""
    return f"{before}{state}: {_about(firing, now)}{tail}"


def line_of(one: Notice, now: float) -> str:
    """Return one alert in a line: `web1.queue: value was 120, limit 100, for 12m`."""
    return f"{one.thing}: {one.why}, for {span(round(max(0.0, now - one.since)))}"


def ended_line(one: Notice) -> str:
    """Return the end of one alert in a line: `web1.queue is well, was critical for 12m`."""
    lasted = span(round(max(0.0, one.at - one.since)))
    if one.what == "ended":
        return f"{one.thing}: {one.why}; it was {one.level} for {lasted}"
    return f"{one.thing} is well, was {one.level} for {lasted}"


def _about(firing: Sequence[Notice], now: float) -> str:
    if len(firing) == 1:
        return f"{firing[0].rule}: {line_of(firing[0], now)}"
    rules = sorted({one.rule for one in firing})
    hosts = {one.tags["host"] for one in firing if one.tags.get("host")}
    where = f" on {count(len(hosts), 'host')}" if hosts else ""
    first = min(firing, key=lambda one: (one.level != "critical", one.since))
    if len(rules) > 1:
        what = f"{len(firing)} alerts of {len(rules)} rules{where}"
        return f"{what}, first {first.rule}: {line_of(first, now)}"
    what = f"{rules[0]}: {count(len(firing), _noun(firing))}{where}"
    return f"{what}, first {line_of(first, now)}"


def _over(changes: Sequence[Notice], now: float, *, is_first: bool) -> str:
    ends = [one for one in changes if one.is_end]
    late = ", told late: it was over before it could be told" if is_first else ""
    gone = all(one.what == "ended" for one in ends)
    word = "ENDED" if gone else "OK"
    if len(ends) == 1:
        return f"{word}: {ends[0].rule}: {ended_line(ends[0])}{late}"
    rules = sorted({one.rule for one in ends})
    about = rules[0] if len(rules) == 1 else f"{len(rules)} rules"
    lasted = span(round(max(0.0, now - min(one.since for one in ends))))
    all_of_them = count(len(ends), _noun(ends))
    ended = "ended" if gone else "well again"
    return f"{word}: {about}: {all_of_them} {ended}, the first was bad {lasted} ago{late}"


def _noun(notices: Sequence[Notice]) -> str:
    subjects = {one.subject for one in notices}
    return subjects.pop() if len(subjects) == 1 else "alert"
