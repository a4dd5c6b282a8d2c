"""When an endpoint is due: every so many seconds, or by a cron expression in a time zone."""

from typing import NamedTuple
from zoneinfo import ZoneInfo


class Every(NamedTuple):
    """Start to start, so many seconds apart."""

    seconds: float


class Cron(NamedTuple):
    """A cron expression, in the words of its file, and where its hours are."""

    expression: str
    """As cronsim takes it: `@hourly` and its like are resolved."""
    zone: ZoneInfo


Schedule = Every | Cron
