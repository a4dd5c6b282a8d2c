"""A fleet: what its components send, and a store as a collector would have left it."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice

from blinkenlights.clock import wall_clock
from blinkenlights.signals.fact import Heartbeat
from blinkenlights.signals.heartbeat import parse
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from blinkenlights.store.writer import Batch, Beat, StoreWriter

INTERVAL = 60
PAYLOAD_BYTES = 150
SILENT = 3
_ADDRESS = "blinkenlights.heartbeat at 127.0.0.1:5672/"
_HOUR = 3600.0
_BATCH = 500


def heartbeat(component: int, timestamp: object) -> bytes:
    """Return a heartbeat of 150 bytes in the roadmap's form, with two further keys."""
    start = (
        f'{{"name": "transport-{component}", "uuid": "0f148162-a25b-11e0-ba57-{component:012x}", '
        f'"timestamp": {timestamp}, "depth": 7, "host": "'
    )
    return f'{start}{"mx":-<{PAYLOAD_BYTES - len(start) - 2}}"}}'.encode()


def as_list(event: float) -> list[int]:
    """Return a time as the roadmap has it: [Y, M, D, h, m, s], UTC."""
    return list(time.gmtime(event)[:6])


def backlog(messages: int, components: int) -> Iterator[bytes]:
    """Yield what waits in a queue after an absence: every component in turn, minute by minute."""
    beats = -(-messages // components)
    first = wall_clock() - beats * INTERVAL
    timestamp = as_list(first)
    for number in range(messages):
        beat, component = divmod(number, components)
        if component == 0:
            timestamp = as_list(first + beat * INTERVAL)
        yield heartbeat(component, timestamp)


def fill(url: str, components: int) -> None:
    """Store a fleet of which three are silent, and the report of a collector that keeps up.

    The others and the report are dated an hour ahead, so that nobody falls silent while the bench
    runs.
    """
    asyncio.run(_fill(url, components))


async def _fill(url: str, components: int) -> None:
    now = wall_clock()
    writer = StoreWriter(url)
    try:
        # The first report dates the store: an hour ago, so that nothing is being learnt any more.
        await writer.report(_report(now - _HOUR))
        await writer.report(_report(now + _HOUR))
        beats = _beats(components, now)
        while batch := list(islice(beats, _BATCH)):
            await writer.store(Batch(batch))
    finally:
        await writer.close()


def _beats(components: int, now: float) -> Iterator[Beat]:
    for component in range(components):
        event = now - _HOUR / 2 if component < SILENT else now + _HOUR
        fact = parse(heartbeat(component, as_list(event)), default_interval=INTERVAL)
        assert isinstance(fact, Heartbeat), fact
        yield Beat(fact, now + _HOUR, source_id(_ADDRESS), live=False)


def _report(now: float) -> CollectorReport:
    source = SourceReport(
        source=source_id(_ADDRESS),
        kind="heartbeat",
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
        started=now - _HOUR,
        beat=now,
        stopped=None,
        interval=INTERVAL,
        sources=[source],
        stored=0,
        stored_per_second=0.0,
        rejects_per_minute=0.0,
        memory=0,
        dropped=0,
    )
