"""What could be heard, and until when: judged before anything else in every check.

The rules and their reasons are in docs/architecture.md, section "What can be known".
"""

import json
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.plugin.words import clean, listing, span
from blinkenlights.store import layout
from blinkenlights.store.reader import Command, Reply

REPORT_LIMIT = 30.0
"""Seconds after which a collector that wrote no report is taken for dead."""
WATERMARK_LIMIT = 60.0
"""Seconds by which what is stored may lag before nothing can be called alive any more."""

DEAF_SECONDS = 5.0
"""Seconds by which sources may differ in how far they are stored without anybody seeming late."""

COMMANDS: tuple[Command, ...] = (
    ("HGETALL", layout.LIVE),
    ("LRANGE", layout.GAPS, 0, -1),
    ("GET", layout.BORN),
)
"""What to ask the store for, in this order, to build a horizon."""


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

    @property
    def running(self) -> bool:
        """Whether it wrote its report recently and was not stopped.

        A report from far ahead proves nothing: it would keep a dead collector running until then.
        """
        return not self.stopped and self.age <= REPORT_LIMIT and self.ahead <= REPORT_LIMIT

    @property
    def condition(self) -> str:
        """What is the matter with it, in words; empty while it runs."""
        if self.stopped:
            return f"stopped {span(self.age)} ago"
        if self.ahead > REPORT_LIMIT:
            return f"{span(self.ahead)} ahead of our clock"
        return "" if self.running else f"down since {span(self.age)}"


class Horizon(NamedTuple):
    """The moment up to which things can be judged, and what could not be heard before it."""

    now: float
    judged_at: float
    """Everything sent to the source that is furthest has been stored up to this moment."""
    stored_up_to: float
    """Everything sent to any source that is connected has been stored up to this moment."""
    born: float | None
    interval: int
    """Default seconds between heartbeats."""
    collectors: list[Collector]
    sources: dict[str, Source]
    gaps: dict[str, list[tuple[float, float]]]
    """Spans by source in which it could not be heard, oldest first."""
    blind: str
    """Why nothing at all can be judged; empty when something can."""

    @property
    def doubts(self) -> list[str]:
        """Sentences for why what looks alive may not be; empty when all is known."""
        if self.blind:
            return [self.blind]
        sentences = []
        learning = self.learning_left
        if learning > 0:
            sentences.append(
                f"learning: this store is {span(self.now - (self.born or self.now))} old, "
                f"{span(learning)} to go before silence means anything"
            )
        lag = self.now - self.stored_up_to
        if lag > WATERMARK_LIMIT:
            sentences.append(
                f"the collector is {span(lag)} behind, limit {span(WATERMARK_LIMIT)}: "
                f"nothing since then can be called alive"
            )
        deaf = [
            f"{clean(source.address)} not heard for {span(self.now - source.watermark)}"
            + (f" ({clean(source.error)})" if source.error else "")
            for source in self.sources.values()
            if not source.connected and self.now - source.watermark > WATERMARK_LIMIT
        ]
        if deaf:
            sentences.append(f"{listing(deaf, 2)}, limit {span(WATERMARK_LIMIT)}")
        return sentences

    @property
    def details(self) -> list[str]:
        """Lines on the collectors and their sources, for -vv."""
        lines = [
            f"collector {clean(one.name)}: {one.condition or f'report {span(one.age)} old'}"
            for one in self.collectors
        ]
        return lines + [
            f"source {clean(one.address)}: "
            + (f"stored up to {span(self.now - one.watermark)} ago" if one.connected else "away")
            + (f", {one.ready} waiting" if one.ready else "")
            + (f": {clean(one.error)}" if one.error else "")
            for one in self.sources.values()
        ]

    @property
    def learning_left(self) -> float:
        """Seconds for which a new store has not yet heard everybody once."""
        return 0.0 if self.born is None else self.born + 2 * self.interval - self.now

    @property
    def was_deaf_lately(self) -> bool:
        """Whether many may look silent only because we could not hear them."""
        lately = self.judged_at - 3 * self.interval
        ends = [end for pairs in self.gaps.values() for _, end in pairs]
        return (
            max(ends, default=0.0) > lately
            or self.stored_up_to < self.judged_at - DEAF_SECONDS
            or not all(source.connected for source in self.sources.values())
        )

    def silence(self, seen: float, interval: float, source: str) -> float:
        """Return for how many seconds somebody was silent while we could hear.

        It counts up to the watermark of the source that last heard them, and not at all when
        nobody serves that source any more. Time in a gap does not count, nor one `interval` after
        the first gap, or after one long enough to have cost them their connection and the time to
        find it again; other gaps hide one beat at most, and that was forgiven with the first.
        """
        known = self.sources.get(source)
        if known is None:
            return 0.0
        until = min(self.judged_at, known.watermark)
        heard, position, is_forgiven = 0.0, seen, False
        for start, end in self.gaps.get(source, ()):
            if end <= seen:
                continue
            grace = 0.0 if is_forgiven and end - start < interval / 2 else interval
            heard += max(0.0, min(start, until) - position)
            position = max(position, end + grace)
            is_forgiven = True
        return heard + max(0.0, until - position)


def read_horizon(replies: Sequence[Reply], now: float, kind: str | None) -> Horizon:
    """Return the horizon from the replies to `COMMANDS`, for one kind of signal or for all.

    Raises StoreAnswer when the reports cannot be read.
    """
    live, gaps, born = replies
    try:
        reports = [json.loads(text) for text in live[1::2]]
        spans: dict[str, list[tuple[float, float]]] = {}
        for text in gaps:
            gap = json.loads(text)
            pair = (_number(gap["start"]), _number(gap["end"]))
            spans.setdefault(gap["source"], []).append(pair)
        collectors = [_collector(report, now) for report in reports]
        sources = _sources(reports, collectors, kind)
        interval = max((int(_number(report["interval"])) for report in reports), default=60)
        born_at = None if born is None else _number(born)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise StoreAnswer(
            f"the collectors' reports under {layout.COLLECTOR} cannot be read ({error!r}); "
            f"are collector and checks of one version?"
        ) from error
    watermarks = [source.watermark for source in sources.values() if source.connected]
    watermarks = watermarks or [source.watermark for source in sources.values()] or [0.0]
    oldest_first = {source: sorted(pairs) for source, pairs in spans.items()}
    return Horizon(
        now=now,
        judged_at=min(max(watermarks), now),
        stored_up_to=min(*watermarks, now),
        born=born_at,
        interval=interval,
        collectors=collectors,
        sources=sources,
        gaps=oldest_first,
        blind=_blind(collectors, sources, kind, now),
    )


def _collector(report: Reply, now: float) -> Collector:
    age = now - _number(report["beat"])
    return Collector(
        name=str(report["name"]),
        age=max(0.0, age),
        ahead=max(0.0, -age),
        stopped=report["stopped"] is not None,
        rejects_per_minute=_number(report["rejects_per_minute"]),
        stored_per_second=_number(report["stored_per_second"]),
        dropped=int(_number(report["dropped"])),
    )


def _number(value: Reply) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value} is no number")
    return number


def _sources(
    reports: Sequence[Reply], collectors: Sequence[Collector], kind: str | None
) -> dict[str, Source]:
    """Merge what collectors say of a source they share.

    Of those connected the one least far counts, for it may hold what the others do not have.
    """
    merged: dict[str, Source] = {}
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
                _number(raw["watermark"]),
                None if raw["ready"] is None else int(_number(raw["ready"])),
                error,
            )
            other = merged.get(source.id)
            if other is None or _tells_more(source, other):
                merged[source.id] = source
    return merged


def _tells_more(one: Source, other: Source) -> bool:
    if one.connected != other.connected:
        return one.connected
    if one.connected:
        return one.watermark < other.watermark
    return one.watermark > other.watermark


def _blind(
    collectors: Sequence[Collector], sources: dict[str, Source], kind: str | None, now: float
) -> str:
    if not collectors:
        return "no collector has reported to this store; start one with: blinkenlights collect"
    if not any(collector.running for collector in collectors):
        newest = min(collectors, key=lambda collector: collector.age)
        if newest.ahead > REPORT_LIMIT:
            return (
                f"the clock of collector {clean(newest.name)} is {span(newest.ahead)} ahead of "
                f"ours, limit {span(REPORT_LIMIT)}: set the clocks; nothing can be judged"
            )
        word = "was stopped" if newest.stopped else "is down"
        return (
            f"collector {clean(newest.name)} {word}, last report {span(newest.age)} ago, "
            f"limit {span(REPORT_LIMIT)}: nothing can be judged"
        )
    if not sources:
        return f"no collector has a source for {kind or 'anything'}; configure one"
    if not any(source.connected for source in sources.values()):
        last = max(source.watermark for source in sources.values())
        if now - last > WATERMARK_LIMIT:
            source = next(iter(sources.values()))
            why = f": {clean(source.error)}" if source.error else ""
            return (
                f"no source can be heard since {span(now - last)}, limit {span(WATERMARK_LIMIT)}, "
                f"{clean(source.address)}{why}"
            )
    return ""
