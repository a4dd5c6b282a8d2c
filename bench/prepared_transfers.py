"""A store with transfers in it, as a collector counts them."""

import asyncio

from blinkenlights.clock import wall_clock
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.writer import StoreWriter
from prepared_store import report_at
from transfer_fleet import counted, transfer

SILENT = 3
_BATCH = 500
_DAY = 86400.0
_MINUTES = 1440


def fill_flows(url: str, clients: int) -> None:
    """Store clients of which all but three had a good transfer just now."""
    asyncio.run(_fill_flows(url, clients))


def fill_day(url: str, clients: int) -> None:
    """Store clients with one transfer in each minute of the last day."""
    asyncio.run(_fill_day(url, clients))


async def _fill_flows(url: str, clients: int) -> None:
    now = wall_clock()
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    try:
        # The first report dates the store: nothing is being learnt any more.
        await records.report(report_at(now - _DAY, "transfer"))
        for first in range(0, clients, _BATCH):
            bodies = [
                transfer(client, 1, now - _DAY / 2 if client < SILENT else now)
                for client in range(first, min(first + _BATCH, clients))
            ]
            await writer.store(counted("bench", first, now, bodies))
        await records.report(report_at(wall_clock(), "transfer"))
    finally:
        await store.close()


async def _fill_day(url: str, clients: int) -> None:
    now = wall_clock()
    store = StoreClient(url)
    writer, records = StoreWriter(store), CollectorRecords(store)
    try:
        await records.report(report_at(now, "transfer"))
        for minute in range(_MINUTES):
            event = now - _DAY + 60 * (minute + 1)
            bodies = [transfer(client, minute, event) for client in range(clients)]
            await writer.store(counted("bench", minute, event, bodies))
    finally:
        await store.close()
