"""When a file wants an endpoint probed."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blinkenlights.probe.files.requests import Unfit, seconds_of
from blinkenlights.probe.files.settings import EndpointSettings
from blinkenlights.probe.schedule import LONGEST, Cron, Every, Schedule, shortest_period

SHORTEST_PERIOD = 1.0
_FIELDS = "write minute, hour, day, month and weekday, as in '*/5 * * * *'"
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def schedule_of(settings: EndpointSettings) -> Schedule:
    """Return the schedule; raises Unfit. Whether a cron expression is one, period_of says."""
    if settings.cron_schedule and settings.every is not None:
        raise Unfit("every", "and cron_schedule say both when; write one of them")
    if settings.every is not None:
        seconds = seconds_of("every", settings.every)
        if not SHORTEST_PERIOD <= seconds <= LONGEST:
            raise Unfit("every", "has to be from 1s to a year")
        return Every(seconds)
    if not settings.cron_schedule:
        raise Unfit("every", "is missing; write every: 60s, or cron_schedule")
    given = settings.cron_schedule.strip()
    return Cron(_NAMED.get(given.lower(), given), _zone(settings.time_zone))


def period_of(schedule: Schedule, now: float) -> float:
    """Return the shortest time between two runs, seconds; raises Unfit."""
    try:
        return shortest_period(schedule, now)
    except ValueError as error:
        raise Unfit("cron_schedule", f"{error}; {_FIELDS}") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # What is not found is a KeyError, a folder among the zones an OSError.
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise Unfit("time_zone", f"{name!r} is none; write one such as Europe/Riga") from None
