"""A store with a fleet in it, as a collector keeps it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Event, Thread

from blinkenlights.clock import wall_clock
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.heartbeat.write import HeartbeatRows
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from blinkenlights.store.writer import StoreWriter
from fleet import as_list, heartbeat

INTERVAL = 3600
"""Seconds between two beats: so many that nobody falls silent while the bench runs."""
SILENT = 3
_ADDRESS = "blinkenlights.heartbeat at 127.0.0.1:5672/"
_BATCH = 500
_DAY = 86400.0
_REPORT_SECONDS = 1.0


def fill(url: str, components: int) -> None:
    """Store a fleet of which three are silent."""
    asyncio.run(_fill(url, components))


@contextmanager
def reported(*urls: str, kind: str = "heartbeat") -> Iterator[None]:
    """Write the report of a collector that keeps up into these stores, once a second."""
    done = Event()
    thread = Thread(target=asyncio.run, args=(_report(urls, kind, done),))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def report_at(now: float, kind: str = "heartbeat") -> CollectorReport:
    """Return the report of a collector that keeps up, at `now`."""
    source = SourceReport(
        source=source_id(_ADDRESS),
        kind=kind,
        transport="amqp",
        address=_ADDRESS,
        connected=True,
        watermark=now,
        ready=0,
    )
    return CollectorReport(
        name="collector-1",
        host="monitoring",
        pid=1,
        version="0",
        started=now - _DAY,
        beat=now,
        stopped=None,
        interval=60,
        sources=[source],
        stored=0,
        stored_per_second=0.0,
        rejects_per_minute=0.0,
        memory=0,
        dropped=0,
    )


async def _fill(url: str, components: int) -> None:
    now = wall_clock()
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    arrival = Arrival(source_id(_ADDRESS), now, live=False, session="bench", number=0)
    try:
        # The first report dates the store: nothing is being learnt any more.
        await records.report(report_at(now - _DAY))
        beats = _beats(components, now)
        while batch := list(islice(beats, _BATCH)):
            rows = HeartbeatRows(arrival)
            for fact in batch:
                rows.add(fact, b"", "", FROM_SOCKET)
            await writer.store(Batch([rows]))
        await records.report(report_at(wall_clock()))
    finally:
        await store.close()


def _beats(components: int, now: float) -> Iterator[Heartbeat]:
    for component in range(components):
        event = now - _DAY / 2 if component < SILENT else now
        fact = parse(heartbeat(component, as_list(event)), default_interval=INTERVAL)
        assert isinstance(fact, Heartbeat), fact
        yield fact


async def _report(urls: tuple[str, ...], kind: str, done: Event) -> None:
    stores = [CollectorRecords(StoreClient(url)) for url in urls]
    while not done.is_set():
        for store in stores:
            await store.report(report_at(wall_clock(), kind))
        await asyncio.sleep(_REPORT_SECONDS)
    for store in stores:
        await store.close()
