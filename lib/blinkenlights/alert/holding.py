"""Why nobody is told of an alert for now: silenced, in maintenance, explained by another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from blinkenlights.alert.matching import attribute, matches
from blinkenlights.alert.record import Record
from blinkenlights.alert.silence import Silence
from blinkenlights.plugin.words import span
from blinkenlights.rules.receiver import Maintenance, Quiet
from blinkenlights.rules.rule import Dependency

MINUTE = 60.0


def silenced(record: Record, silences: Iterable[Silence], now: float) -> str:
    """Return who silenced an alert, for how long, and why; empty for nobody."""
    for each in silences:
        if each.counts(now) and matches(record, each.match):
            why = f": {each.reason}" if each.reason else ""
            return f"silenced by {each.by} for another {span(each.end - now)}{why}"
    return ""


def in_maintenance(record: Record, planned: Iterable[Maintenance], now: float) -> str:
    """Return in which planned maintenance a thing is; empty for none."""
    for each in planned:
        if not matches(record, each.match):
            continue
        left = time_left(each, now)
        if left > 0:
            why = f": {each.reason}" if each.reason else ""
            return f"in maintenance {each.name} for another {span(left)}{why}"
    return ""


def time_left(planned: Maintenance, now: float) -> float:
    """Return for how many seconds a maintenance still lasts; 0 when it does not.

    By the wall clock of its zone: where that skips the hour in which it would begin, it begins when
    the clock goes on.
    """
    # An expression names whole minutes, and what begins in this one has begun.
    present = datetime.fromtimestamp(now, ZoneInfo(planned.zone)) + timedelta(seconds=MINUTE)
    began = next(CronSim(planned.schedule, present, reverse=True), None)
    if began is None or began.timestamp() > now:
        began = next(
            CronSim(planned.schedule, present - timedelta(seconds=MINUTE), reverse=True), None
        )
    return max(0.0, began.timestamp() + planned.seconds - now) if began else 0.0


def explained(
    record: Record, unless: Sequence[Dependency], firing: Mapping[str, Sequence[Record]]
) -> str:
    """Return which other alert explains one; empty for none.

    Args:
        record: The alert.
        unless: On what it depends.
        firing: Rule -> its alerts that fire.
    """
    for each in unless:
        for other in firing.get(each.rule, ()):
            is_same = all(_have_alike(record, other, name) for name in each.same)
            if is_same and (other.rule, other.thing) != (record.rule, record.thing):
                return f"explained by {other.rule}: {other.thing}"
    return ""


def _have_alike(record: Record, other: Record, name: str) -> bool:
    """Return whether both have the same under a name; what neither has is nothing in common."""
    return attribute(record, name) == attribute(other, name) != ""


def is_quiet(hours: Iterable[Quiet], now: float) -> bool:
    """Return whether a moment is within quiet hours."""
    return any(_is_within(each, now) for each in hours)


def _is_within(quiet: Quiet, now: float) -> bool:
    local = datetime.fromtimestamp(now, ZoneInfo(quiet.zone))
    minute = local.hour * 60 + local.minute
    if quiet.start < quiet.end:
        is_in, began = quiet.start <= minute < quiet.end, local
    else:
        is_in = minute >= quiet.start or minute < quiet.end
        began = local if minute >= quiet.start else local - timedelta(days=1)
    return is_in and (not quiet.days or began.weekday() in quiet.days)
