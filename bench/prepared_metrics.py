"""A store with series of metrics in it, as a collector keeps them."""

import asyncio
from collections.abc import Iterable, Iterator

from redis import Redis

from blinkenlights.clock import wall_clock
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.write import MetricRows
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.writer import StoreWriter
from prepared_store import report_at

ABOVE = 3
"""Series whose value is above all others."""
_DAY = 86400.0
_SERIES_AT_ONCE = 500
_EVENTS_AT_ONCE = 6000
_ALIKE = 100
"""Series that differ, where others are copies of them."""


def fill_metrics(url: str, series: int) -> None:
    """Store one point each of series that are not stale while the bench runs; three are high."""
    now = wall_clock()
    asyncio.run(
        _fill(
            url,
            (
                [
                    Event(_name(number), now, 99.0 if number < ABOVE else 1.0, ttl=_DAY)
                    for number in range(start, min(series, start + _SERIES_AT_ONCE))
                ]
                for start in range(0, series, _SERIES_AT_ONCE)
            ),
        )
    )


def fill_history(url: str, series: int, period: float) -> None:
    """Store series of a month: every ten minutes first, and every `period` seconds since 25 hours.

    Whatever came in a minute takes no more of the day than two points do, and of the month the
    same of an hour; so older points need not be as many.
    """
    now = wall_clock()
    recent = now - 25 * 3600
    moments = [*_steps(now - 31 * _DAY, recent, 600.0), *_steps(recent, now, period)]
    at_once = _EVENTS_AT_ONCE // series
    asyncio.run(
        _fill(
            url,
            (
                [
                    Event(f"requests@host-{number}", moment, step % 977 / 7)
                    for number in range(series)
                    for step, moment in enumerate(moments[first : first + at_once], first)
                ]
                for first in range(0, len(moments), at_once)
            ),
        )
    )


def fill_recent(url: str, series: int, period: float) -> None:
    """Store the last hour of series with a point every `period` seconds; they are not stale."""
    now = wall_clock()
    moments = _steps(now - 3600, now, period)
    at_once = max(1, _EVENTS_AT_ONCE // series)
    asyncio.run(
        _fill(
            url,
            (
                [
                    Event(f"load@host-{number}", moment, (step * (number + 7)) % 97 / 7, ttl=_DAY)
                    for number in range(series)
                    for step, moment in enumerate(moments[first : first + at_once], first)
                ]
                for first in range(0, len(moments), at_once)
            ),
        )
    )


def fill_alike(url: str, series: int, period: float, seconds: float) -> None:
    """Store series with a point every `period` seconds for so long: few of them, and copies."""
    now, template = wall_clock(), "load@host-{}"
    asyncio.run(
        _fill(
            url,
            (
                [
                    Event(template.format(number), moment, (step * (number + 7)) % 97 / 7, ttl=_DAY)
                    for number in range(_ALIKE)
                ]
                for step, moment in enumerate(_steps(now - seconds, now, period))
            ),
        )
    )
    redis = Redis.from_url(url)
    for number in range(_ALIKE):
        name = template.format(number)
        facts = redis.hget(keys.FACTS, name)
        places = {key: redis.zscore(key, name) for key in (keys.NAMES, keys.DUE)}
        pipe = redis.pipeline(transaction=False)
        for copy in range(_ALIKE + number, series, _ALIKE):
            other = template.format(copy)
            for ring in (keys.FINE, keys.DAY, keys.MONTH):
                pipe.copy(f"{ring}{name}", f"{ring}{other}")
            pipe.hset(keys.FACTS, other, facts)
            for key, score in places.items():
                if score is not None:
                    pipe.zadd(key, {other: score})
        pipe.execute()
    redis.close()


def add_points(url: str, names: Iterable[str]) -> None:
    """Store one more point of some series, as of now."""
    now = wall_clock()
    asyncio.run(_fill(url, iter([[Event(name, now, 50.0, ttl=_DAY) for name in names]])))


def _steps(start: float, end: float, period: float) -> list[float]:
    return [start + step * period for step in range(int((end - start) / period))]


def _name(number: int) -> str:
    """Return what a series is called: each metric has ten hosts."""
    return f"load-{number // 10}@host-{number % 10}"


async def _fill(url: str, batches: Iterator[list[Event]]) -> None:
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    try:
        # The first report dates the store: nothing is being learnt any more.
        await records.report(report_at(wall_clock() - _DAY, "metric"))
        [source] = report_at(wall_clock(), "metric").sources
        for number, batch in enumerate(batches, start=1):
            receipt = max(event.event for event in batch)
            rows = MetricRows(Arrival(source.source, receipt, True, "bench", number))
            for event in batch:
                rows.add(event, b"", "", FROM_SOCKET)
            await writer.store(Batch([rows]))
        await records.report(report_at(wall_clock(), "metric"))
    finally:
        await store.close()
