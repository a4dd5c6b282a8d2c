"""From what a file says of routes and maintenance to what they are."""

import re
from collections.abc import Sequence
from itertools import pairwise

from blinkenlights.rules.files.settings import (
    MaintenanceSettings,
    QuietSettings,
    RouteSettings,
    StepSettings,
)
from blinkenlights.rules.files.words import (
    match_of,
    mistake_in_name,
    receivers_of,
    several,
    tag_names_of,
)
from blinkenlights.rules.receiver import Maintenance, Quiet, Route, Step
from blinkenlights.yaml_files.times import checked_cron, seconds_of, zone_of
from blinkenlights.yaml_files.unfit import Unfit, Unfits

SHORTEST_REPEAT = 60.0
LONGEST_GATHER = 600.0
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")


def route_of(settings: RouteSettings, unfits: Unfits) -> Route:
    """Return a route; what is unfit is gathered."""
    spared = unfits.spared
    given = settings.quiet
    return Route(
        match=spared({}, match_of, "match", settings.match),
        tell=spared((), receivers_of, "tell", settings.tell),
        escalate=spared((), _steps, settings.escalate),
        quiet=spared((), _quiet, [given] if isinstance(given, QuietSettings) else given),
        repeat=spared(0.0, _repeat, settings),
        group_by=spared((), tag_names_of, "group_by", settings.group_by),
        gather=spared(0.0, _gather, settings),
        goes_on=settings.goes_on,
    )


def maintenance_of(
    name: str, settings: MaintenanceSettings, now: float, unfits: Unfits
) -> Maintenance:
    """Return a planned silence; what is unfit is gathered.

    Args:
        name: What it is called.
        settings: What the file says.
        now: A cron expression has to come true after then.
        unfits: Takes what is unfit.
    """
    spared = unfits.spared
    wrong = mistake_in_name(name)
    if wrong:
        unfits.found.append(Unfit("", wrong))
    if not settings.match:
        sentence = "is empty; write what is silenced, and rule: '*' for everything"
        unfits.found.append(Unfit("match", sentence))
    zone = spared(None, zone_of, "zone", settings.zone)
    return Maintenance(
        name=name,
        match=spared({}, match_of, "match", settings.match),
        schedule=spared("", checked_cron, "cron", settings.cron, zone, now) if zone else "",
        zone=settings.zone,
        seconds=spared(0.0, seconds_of, "for", settings.lasts),
        reason=settings.reason,
    )


def _steps(given: Sequence[StepSettings]) -> tuple[Step, ...]:
    found = []
    for number, each in enumerate(given):
        tell = receivers_of("escalate", each.tell, [number, "tell"])
        if not tell:
            raise Unfit("escalate", "tells nobody; name a receiver", [number, "tell"])
        try:
            found.append(Step(seconds_of("after", each.after), tell))
        except Unfit as unfit:
            raise Unfit("escalate", str(unfit), [number, "after"]) from None
    for number, (one, other) in enumerate(pairwise(found), start=1):
        if one.after >= other.after:
            sentence = "each step comes later than the one before; put them in order"
            raise Unfit("escalate", sentence, [number, "after"])
    return tuple(found)


def _quiet(given: Sequence[QuietSettings]) -> tuple[Quiet, ...]:
    return tuple(
        Quiet(
            _minute("from", each.start),
            _minute("to", each.end),
            _days(each.days),
            zone_of("quiet", each.zone).key,
        )
        for each in given
    )


def _minute(key: str, text: str) -> int:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise Unfit("quiet", f"{key}: {text!r} is no time of the day; write 22:00")
    return 60 * int(found[1]) + int(found[2]) if found[1] else 0


def _days(names: str | Sequence[str]) -> tuple[int, ...]:
    """Return days for `sat`, `[sat, sun]` and `mon-fri`; raises Unfit."""
    days: set[int] = set()
    for each in several(names if isinstance(names, str) else list(names)):
        first, _, last = each.strip().lower().partition("-")
        last = last or first
        if first not in _DAYS or last not in _DAYS:
            raise Unfit("quiet", f"days: {each!r} is no day; write mon, or mon-fri")
        start, end = _DAYS.index(first), _DAYS.index(last)
        days |= {day % 7 for day in range(start, end + 1 if start <= end else end + 8)}
    return tuple(sorted(days))


def _repeat(settings: RouteSettings) -> float:
    seconds = seconds_of("repeat", settings.repeat, may_be_0=True)
    if 0 < seconds < SHORTEST_REPEAT:
        raise Unfit("repeat", "has to be 1m or more, or 0 for never")
    return seconds


def _gather(settings: RouteSettings) -> float:
    seconds = seconds_of("gather", settings.gather, may_be_0=True)
    if seconds > LONGEST_GATHER:
        raise Unfit("gather", "has to be 10m at most: it is how long an alert waits for others")
    return seconds
