"""A store with endpoints in it, as a prober keeps them."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from blinkenlights.clock import wall_clock
from blinkenlights.collector.batch import Message, read
from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.config import Config
from blinkenlights.kinds.endpoint.message import ResultMessage, Times
from blinkenlights.kinds.signal import Arrival
from blinkenlights.probe.result import line_of
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.writer import StoreWriter
from prepared_store import report_at

FAILING = 3
_BATCH = 500
_DAY = 86400.0


def fill_endpoints(url: str, endpoints: int) -> None:
    """Store endpoints of which three fail."""
    asyncio.run(_fill(url, endpoints))


async def _fill(url: str, endpoints: int) -> None:
    now = wall_clock()
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    decode = decoding(Config()).decoders["endpoint"]
    try:
        # The first report dates the store: nothing is being learnt any more.
        await records.report(report_at(now - _DAY, "endpoint"))
        [source] = report_at(now, "endpoint").sources
        messages = _messages(endpoints, now)
        number = 0
        while batch := list(islice(messages, _BATCH)):
            number += 1
            arrival = Arrival(source.source, now, True, "bench", number)
            reading = read(batch, decode, arrival)
            assert not reading.refused, reading.refused[0].why
            await writer.store(reading.batch)
        await records.report(report_at(wall_clock(), "endpoint"))
    finally:
        await store.close()


def _messages(endpoints: int, now: float) -> Iterator[Message]:
    for number in range(endpoints):
        result = ResultMessage(
            endpoint=f"shop{number}.example.net/health",
            due=now - 1,
            ended=now,
            next=now + 3600,
            result="failed" if number < FAILING else "ok",
            reasons=["status was 503, want 200 to 299"] if number < FAILING else [],
            status=200,
            prober="bench",
            file="shop.yml",
            time=Times(total=0.1, connect=0.01, first_byte=0.09),
            values={"queue.depth": 7},
        )
        yield (line_of(result), FROM_SOCKET, None)
