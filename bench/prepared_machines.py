"""A store with machines in it, as a collector keeps them."""

import asyncio
import json
from collections.abc import Iterator
from itertools import islice

from blinkenlights.clock import wall_clock
from blinkenlights.collector.batch import Message, read
from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.config import Config
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.writer import StoreWriter
from prepared_store import report_at
from servers.taskcluster import task

SILENT = FAILING = 3
IN_A_ROW = 5
POOLS = 10
_BATCH = 500
_DAY = 86400.0


def fill_machines(url: str, machines: int) -> None:
    """Store machines of which three are silent, and three failed five tasks in a row."""
    asyncio.run(_fill(url, machines))


async def _fill(url: str, machines: int) -> None:
    now = wall_clock()
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    decode = decoding(Config()).decoders["machine"]
    try:
        # The first report dates the store: nothing is being learnt any more.
        await records.report(report_at(now - _DAY, "machine"))
        [source] = report_at(now, "machine").sources
        messages = _messages(machines, now)
        number = 0
        while batch := list(islice(messages, _BATCH)):
            number += 1
            arrival = Arrival(source.source, now, False, "bench", number)
            reading = read(batch, decode, arrival)
            assert not reading.refused, reading.refused[0].why
            await writer.store(reading.batch)
        await records.report(report_at(wall_clock(), "machine"))
    finally:
        await store.close()


def _messages(machines: int, now: float) -> Iterator[Message]:
    for machine in range(machines):
        name, pool = f"mdc{machine % 2 + 1}:ms-{machine}", f"gecko-{machine % POOLS}"
        is_failing = SILENT <= machine < SILENT + FAILING
        over = now - _DAY / 2 if machine < SILENT else now - IN_A_ROW
        for turn in range(IN_A_ROW if is_failing else 1):
            told = task(
                name,
                "failed" if is_failing else "completed",
                started=over + turn - 60,
                resolved=over + turn,
                pool=pool,
                name=f"{turn}-{machine:020}",
            )
            yield json.dumps(told.body).encode(), FROM_SOCKET, None
