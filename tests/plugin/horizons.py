"""Horizons from the reports of collectors."""

import msgspec

from blinkenlights.plugin.horizon import Horizon, read_horizon
from blinkenlights.store.report import CollectorReport, Gap, SourceReport, source_id
from servers.reports import a_report

NOW = 1_790_000_000.0
QUEUE = source_id("queue")


def source(
    name: str = "queue",
    *,
    behind: float = 0.0,
    connected: bool = True,
    error: str = "",
    kind: str = "heartbeat",
    ready: int = 0,
) -> SourceReport:
    return SourceReport(
        source=source_id(name),
        kind=kind,
        transport="amqp",
        address=name,
        connected=connected,
        watermark=NOW - behind,
        ready=ready,
        error=error,
    )


def collector(
    *sources: SourceReport,
    name: str = "one",
    age: float = 0.0,
    stopped: bool = False,
    interval: int = 60,
) -> CollectorReport:
    return a_report(
        NOW - age,
        sources,
        name=name,
        started=0,
        stopped=NOW - age if stopped else None,
        interval=interval,
    )


def horizon(
    *collectors: CollectorReport,
    gaps: list[tuple[float, float]] | None = None,
    born: float | None = 0.0,
    kind: str | None = "heartbeat",
) -> Horizon:
    """Return the horizon at NOW; gaps are of `queue`, in seconds since the epoch."""
    live = []
    for report in collectors:
        live += [report.name, msgspec.json.encode(report).decode()]
    spans = [
        msgspec.json.encode(Gap(source=QUEUE, start=start, end=end, reason="r")).decode()
        for start, end in reversed(gaps or [])
    ]
    return read_horizon([live, spans, None if born is None else str(born)], NOW, kind)


def spans(gaps: list[list[int]]) -> list[tuple[float, float]]:
    return [(NOW - 1000 + start, NOW - 1000 + end) for start, end in gaps]
