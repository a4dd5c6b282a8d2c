"""Why nobody is told of an alert for now: silenced, in maintenance, explained by another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
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
    began = _began(planned.schedule, planned.zone, now)
    return max(0.0, began + planned.seconds - now) if began else 0.0


# Thousands of alerts are asked for at one moment.
@lru_cache(maxsize=1024)
def _began(schedule: str, zone: str, now: float) -> float:
    """Return when something that is planned began last; 0 for never."""
    # An expression names whole minutes, and what begins in this one has begun.
    present = datetime.fromtimestamp(now, ZoneInfo(zone)) + timedelta(seconds=MINUTE)
    began = next(CronSim(schedule, present, reverse=True), None)
    if began is None or began.timestamp() > now:
        began = next(CronSim(schedule, present - timedelta(seconds=MINUTE), reverse=True), None)
    return began.timestamp() if began else 0.0


class Firing:
    """All alerts that fire, found by what they have in common with another one.

    Args:
        by_rule: Rule -> its alerts that fire.
    """

    def __init__(self, by_rule: Mapping[str, Sequence[Record]]) -> None:
        self._by_rule = by_rule
        self._alike: dict[Dependency, dict[tuple[str, ...], list[Record]]] = {}

    def explaining(self, record: Record, dependency: Dependency) -> Record | None:
        """Return an alert that explains another one; None for none."""
        for other in self._found(dependency).get(_common(record, dependency.same), ()):
            if (other.rule, other.thing) != (record.rule, record.thing):
                return other
        return None

    def _found(self, dependency: Dependency) -> Mapping[tuple[str, ...], Sequence[Record]]:
        """Return alerts by what they have under the names of a dependency, two of each.

        Of two, one at least is another one than that which is to be explained.
        """
        found = self._alike.get(dependency)
        if found is None:
            found = self._alike[dependency] = {}
            for each in self._by_rule.get(dependency.rule, ()):
                common = _common(each, dependency.same)
                # What neither has is nothing in common.
                if all(common) and len(some := found.setdefault(common, [])) < 2:  # noqa: PLR2004
                    some.append(each)
        return found


NONE_FIRE = Firing({})


def explained(record: Record, unless: Sequence[Dependency], firing: Firing) -> str:
    """Return which other alert explains one; empty for none.

    Args:
        record: The alert.
        unless: On what it depends.
        firing: All alerts that fire.
    """
    for each in unless:
        other = firing.explaining(record, each)
        if other is not None:
            return f"explained by {other.rule}: {other.thing}"
    return ""


def _common(record: Record, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(attribute(record, name) for name in names)


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
