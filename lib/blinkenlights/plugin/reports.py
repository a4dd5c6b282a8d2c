"""What collectors say of themselves in the store, and of the sources that they serve."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import Reply

REPORT_LIMIT = 30.0
"""Seconds after which a collector that wrote no report is taken for dead."""


class Source(NamedTuple):
    """A queue or socket, as the collectors that serve it see it together."""

    id: str
    kind: str
    """Kind of signal, empty when it delivers any."""
    address: str
    connected: bool
    watermark: float
    ready: int | None
    error: str


class Gap(NamedTuple):
    """A span in which a source could not be heard."""

    start: float
    end: float
    reason: str
    """May be empty."""


class Collector(NamedTuple):
    """One collector's own numbers, as it last reported them."""

    name: str
    age: float
    """Seconds since its last report; 0 when its clock is ahead of ours."""
    ahead: float
    """Seconds by which its last report is ahead of our clock; 0 when it is not."""
    stopped: bool
    rejects_per_minute: float
    stored_per_second: float
    dropped: int
    names: int
    """Names in the store."""
    new_names_per_minute: float

    @property
    def running(self) -> bool:
        """Whether it wrote its report recently and was not stopped.

        A report from far ahead proves nothing: it would keep a dead collector running until then.
        """
        return not self.stopped and self.age <= REPORT_LIMIT and self.ahead <= CLOCK_TOLERANCE

    @property
    def condition(self) -> str:
        """What is the matter with it, in words; empty while it runs."""
        if self.stopped:
            return f"stopped {span(self.age)} ago"
        if self.ahead > CLOCK_TOLERANCE:
            return f"{span(self.ahead)} ahead of our clock"
        return "" if self.running else f"down for {span(self.age)}"


def read_collector(report: Reply, now: float) -> Collector:
    """Return a collector's own numbers, as of `now`, from its report."""
    age = now - number(report["beat"])
    return Collector(
        name=str(report["name"]),
        age=max(0.0, age),
        ahead=max(0.0, -age),
        stopped=report["stopped"] is not None,
        rejects_per_minute=number(report["rejects_per_minute"]),
        stored_per_second=number(report["stored_per_second"]),
        dropped=int(number(report["dropped"])),
        names=int(number(report.get("names", 0))),
        new_names_per_minute=number(report.get("new_names_per_minute", 0)),
    )


def number(value: Reply) -> float:
    """Return a finite number; raises ValueError or TypeError."""
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value} is no number")
    return number


def read_sources(
    reports: Sequence[Reply], collectors: Sequence[Collector], kind: str | None
) -> dict[str, Source]:
    """Return by id what collectors say together of the sources of one kind of signal, or of all.

    Merge what collectors say of a source they share.

    Of those connected the one least far counts, for it may hold what the others do not have. What
    is away and never brought anything is left out of one kind of signal, as long as another is
    there: nobody depends on the socket of a collector that only shared a queue with others.
    """
    merged: dict[str, Source] = {}
    unused: set[str] = set()
    for report, collector in zip(reports, collectors, strict=True):
        for raw in report["sources"]:
            if kind is not None and raw["kind"] not in (kind, ""):
                continue
            connected = collector.running and raw["connected"]
            error = str(raw.get("error") or "")
            if not collector.running:
                error = f"collector {collector.name} {collector.condition}"
            source = Source(
                str(raw["source"]),
                str(raw["kind"]),
                str(raw["address"]),
                connected,
                number(raw["watermark"]),
                None if raw["ready"] is None else int(number(raw["ready"])),
                error,
            )
            if raw.get("is_unused") and not connected:
                unused.add(source.id)
            other = merged.get(source.id)
            if other is None or _tells_more(source, other):
                merged[source.id] = source
    if kind is not None and any(source.connected for source in merged.values()):
        return {name: source for name, source in merged.items() if name not in unused}
    return merged


def _tells_more(one: Source, other: Source) -> bool:
    if one.connected != other.connected:
        return one.connected
    if one.connected:
        return one.watermark < other.watermark
    return one.watermark > other.watermark


def read_gaps(texts: Sequence[str]) -> dict[str, list[Gap]]:
    """Return by source the gaps on record, oldest first."""
    by_source: dict[str, list[Gap]] = {}
    for text in texts:
        raw = json.loads(text)
        gap = Gap(number(raw["start"]), number(raw["end"]), str(raw["reason"]))
        by_source.setdefault(raw["source"], []).append(gap)
    return {source: sorted(gaps) for source, gaps in by_source.items()}
