"""When an endpoint is due: every so many seconds, or by a cron expression in a time zone.

Moments are seconds since the epoch. They follow from the schedule and from the endpoint's name
alone, so a prober that is started again goes on where it was. Each endpoint has an offset of its
own, so that what is due every minute is not due at the same second.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import floor, inf
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from blinkenlights.plugin.words import span

MINUTE = 60.0
RUNS_COMPARED = 60
"""Runs of a cron expression that are looked at for the shortest time between two."""


class Every(NamedTuple):
    """Start to start, so many seconds apart."""

    seconds: float


class Cron(NamedTuple):
    """A cron expression, in the words of its file, and where its hours are."""

    expression: str
    """As cronsim takes it: `@hourly` and its like are resolved."""
    zone: ZoneInfo


Schedule = Every | Cron


def offset_of(name: str, schedule: Schedule) -> float:
    """Return by how many seconds an endpoint is due later than its schedule alone says.

    It is the same for a name always, and less than the time between two runs and than a minute.
    """
    most = min(schedule.seconds, MINUTE) if isinstance(schedule, Every) else MINUTE
    return round(crc32(name.encode()) / 2**32 * most, 3)


def following(schedule: Schedule, after: float, offset: float = 0.0) -> float:
    """Return the first moment after another at which something is due; infinite for never."""
    if isinstance(schedule, Every):
        runs = floor((after - offset) / schedule.seconds) + 1
        due = round(runs * schedule.seconds + offset, 3)
        return due if due > after else round(due + schedule.seconds, 3)
    start = datetime.fromtimestamp(after - offset, schedule.zone)
    try:
        return round(next(CronSim(schedule.expression, start)).timestamp() + offset, 3)
    except (CronSimError, StopIteration, OverflowError):
        return inf


def runs_between(schedule: Schedule, first: float, last: float, offset: float, most: int) -> int:
    """Return how many runs there are from a first one up to a moment; of cron at most so many."""
    if first > last:
        return 0
    if isinstance(schedule, Every):
        return floor(round((last - first) / schedule.seconds, 6)) + 1
    runs = 0
    while first <= last and runs < most:
        runs += 1
        first = following(schedule, first, offset)
    return runs


def shortest_period(schedule: Schedule, now: float) -> float:
    """Return the least number of seconds between two of the next runs; infinite with one or none.

    Raises ValueError for a cron expression that is none; says what is wrong with it.
    """
    if isinstance(schedule, Every):
        return schedule.seconds
    try:
        runs = CronSim(schedule.expression, datetime.fromtimestamp(now, schedule.zone))
    except CronSimError as error:
        raise ValueError(str(error)) from None
    moments = [each.timestamp() for each, _ in zip(runs, range(RUNS_COMPARED), strict=False)]
    return min((later - earlier for earlier, later in pairwise(moments)), default=inf)


@lru_cache(256)
def longest_wait(schedule: Cron, month: datetime) -> float:
    """Return for how many seconds it is not due at most, in the year from the 1st of a month on.

    Of a wait that begins within a month, what is left of it counts from the next month on.
    """
    waits = []
    for _ in range(12):
        start = month.replace(tzinfo=schedule.zone)
        first = following(schedule, start.timestamp())
        second = following(schedule, first) if first < inf else inf
        waits += [first - start.timestamp(), second - first]
        month = (month + timedelta(days=31)).replace(day=1)
    return max(waits)


def in_words(schedule: Schedule, now: float) -> str:
    """Return a schedule as people say it: `every 15s`, `At every minute (Europe/Riga)`."""
    if isinstance(schedule, Every):
        return f"every {span(schedule.seconds)}"
    start = datetime.fromtimestamp(now, schedule.zone)
    return f"{CronSim(schedule.expression, start).explain()} ({schedule.zone.key})"
