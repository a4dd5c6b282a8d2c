"""Times as files have them: durations, time zones and cron expressions."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from blinkenlights.durations import seconds_in
from blinkenlights.yaml_files.unfit import Unfit

Time = str | int | float
"""Seconds, or a duration such as `15s`."""
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


def seconds_of(key: str, value: Time, *, may_be_0: bool = False) -> float:
    """Return a time in seconds; raises Unfit."""
    try:
        seconds = seconds_in(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        raise Unfit(key, str(error)) from None
    if not 0 <= seconds < float("inf") or (seconds == 0 and not may_be_0):
        raise Unfit(key, "has to be 0 or more" if may_be_0 else "has to be more than 0")
    return seconds


def zone_of(key: str, name: str) -> ZoneInfo:
    """Return a time zone; raises Unfit."""
    try:
        return ZoneInfo(name)
    # What is not found is a KeyError, a folder among the zones an OSError.
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise Unfit(key, f"{name!r} is none; write one such as Europe/Riga") from None


def cron_of(text: str) -> str:
    """Return a cron expression with names such as `@hourly` resolved. It may still be none."""
    given = text.strip()
    return _NAMED.get(given.lower(), given)


def not_cron(key: str, error: Exception) -> Unfit:
    """Return what is to be said of a cron expression that is none."""
    return Unfit(key, f"{error}; {_FIELDS}")


def checked_cron(key: str, text: str, zone: ZoneInfo, now: float) -> str:
    """Return a cron expression that ever comes true after a moment; raises Unfit."""
    expression = cron_of(text)
    try:
        next(CronSim(expression, datetime.fromtimestamp(now, zone)))
    except CronSimError as error:
        raise not_cron(key, error) from None
    except (StopIteration, OverflowError):
        raise Unfit(key, f"{text!r} never comes; {_FIELDS}") from None
    return expression
