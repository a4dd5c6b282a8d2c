"""Reports as collectors write them."""

import asyncio
from collections.abc import Iterable
from typing import Any

from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import CollectorReport, SourceReport
from servers.valkey import Valkey


def a_report(
    beat: float,
    sources: Iterable[SourceReport],
    **others: Any,  # noqa: ANN401 - fields of the report
) -> CollectorReport:
    """Return the report of a collector that runs; `others` are its further fields, which win."""
    fields: dict[str, Any] = {
        "name": "collector-1",
        "host": "elsewhere",
        "pid": 1,
        "version": "0",
        "started": beat,
        "stopped": None,
        "interval": 60,
        "stored": 0,
        "stored_per_second": 0.0,
        "rejects_per_minute": 0.0,
        "memory": 0,
        "dropped": 0,
    }
    return CollectorReport(beat=beat, sources=list(sources), **fields | others)


def write_report(store: Valkey, report: CollectorReport) -> None:
    """Write a report into a store."""

    async def write() -> None:
        records = CollectorRecords(StoreClient(store.url))
        await records.report(report)
        await records.close()

    asyncio.run(write())
