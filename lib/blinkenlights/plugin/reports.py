"""What collectors say of themselves in the store, and of the sources that they serve."""

import json
from collections.abc import Collection, Sequence
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
    is_unused: bool = False
    """Whether nothing ever came by it, as far as any collector knows."""
    is_served: bool = True
    """Whether a collector that runs has it, connected or not."""
    counts: bool = True
    """Whether what can be known depends on it; see `counting`."""


class Gap(NamedTuple):
    """A span in which a source could not be heard."""

    start: float
    end: float
    reason: str
    """May be empty."""
    lost: str = ""
    """What the store had of it, and has lost: `transfers`; empty where nothing was heard."""
    lost_from: float = 0.0
    lost_to: float = 0.0


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
    sources: tuple[str, ...] = ()
    """Ids of what it serves and by which something came."""
    onward: str = ""
    """Why what it stored does not go on to another database; empty when nothing is the matter."""

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
        sources=tuple(str(raw["source"]) for raw in report["sources"] if not raw.get("is_unused")),
        onward=str(report.get("onward") or ""),
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

    Merge what collectors say of a source they share. Of those connected the one least far counts,
    for it may hold what the others do not have. Of one kind only the sources that count are
    returned, of all kinds every one, and `Source.counts` says which these are.
    """
    merged: dict[str, Source] = {}
    for report, collector in zip(reports, collectors, strict=True):
        for raw in report["sources"]:
            if kind is not None and raw["kind"] not in (kind, ""):
                continue
            source = _read_source(raw, collector)
            other = merged.get(source.id)
            if other is not None:
                source = (source if _tells_more(source, other) else other)._replace(
                    is_unused=source.is_unused and other.is_unused,
                    is_served=source.is_served or other.is_served,
                )
            merged[source.id] = source
    if kind is not None:
        return {source.id: source for source in counting(merged.values())}
    kinds = {source.kind for source in merged.values() if source.kind} or {""}
    count = {
        source.id
        for each in kinds
        for source in counting([one for one in merged.values() if one.kind in (each, "")])
    }
    return {name: source._replace(counts=name in count) for name, source in merged.items()}


def source_ids(reports: Sequence[Reply]) -> set[str]:
    """Return the ids of all sources that collectors report."""
    return {str(raw["source"]) for report in reports for raw in report["sources"]}


def counting(sources: Collection[Source]) -> list[Source]:
    """Return those of the sources of one kind of signal on which it depends what can be known.

    A socket by which nothing ever came says nothing beside a source by which something may come:
    its being open excuses nobody, and nobody misses it when it is closed. Where there is nothing
    else, those of them that are open count, and without any of these all.
    """
    used = [source for source in sources if not source.is_unused]
    return used or [source for source in sources if source.connected] or list(sources)


def _read_source(raw: Reply, collector: Collector) -> Source:
    error = str(raw.get("error") or "")
    if not collector.running:
        error = f"collector {collector.name} {collector.condition}"
    return Source(
        str(raw["source"]),
        str(raw["kind"]),
        str(raw["address"]),
        collector.running and bool(raw["connected"]),
        number(raw["watermark"]),
        None if raw["ready"] is None else int(number(raw["ready"])),
        error,
        bool(raw.get("is_unused")),
        collector.running,
    )


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
        gap = Gap(
            number(raw["start"]),
            number(raw["end"]),
            str(raw["reason"]),
            str(raw.get("lost") or ""),
            number(raw.get("lost_from", 0.0)),
            number(raw.get("lost_to", 0.0)),
        )
        by_source.setdefault(raw["source"], []).append(gap)
    return {source: sorted(gaps) for source, gaps in by_source.items()}
