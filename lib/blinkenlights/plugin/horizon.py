"""What could be heard, and until when: judged before anything else in every check.

The rules and their reasons are in docs/architecture.md, section "What can be known".
"""

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.plugin.blindness import (
    ERROR_BYTES,
    WATERMARK_LIMIT,
    blindness,
    cause,
    without_address,
)
from blinkenlights.plugin.reports import (
    Collector,
    Gap,
    Source,
    number,
    read_collector,
    read_gaps,
    read_sources,
    source_ids,
)
from blinkenlights.plugin.words import clean, listing, shorten, span
from blinkenlights.store import layout
from blinkenlights.store.reader import Command, Reply

UNEVEN_LAG = 5.0
"""Seconds by which one source may be stored less far than another without it being said."""
REASON_BYTES = 80
"""Of the reason of a gap: line 1 is short, and what else is wrong must fit."""

COMMANDS: tuple[Command, ...] = (
    ("HGETALL", layout.LIVE),
    ("LRANGE", layout.GAPS, 0, -1),
    ("GET", layout.BORN),
)
"""What to ask the store for, in this order, to build a horizon."""


class Horizon(NamedTuple):
    """The moment up to which things can be judged, and what could not be heard before it."""

    now: float
    judged_at: float
    """Everything sent to the source that is furthest has been stored up to this moment."""
    stored_up_to: float
    """Everything sent to any source that counts has been stored up to this moment, except to those
    that are away for so long that it is a doubt of its own."""
    born: float | None
    interval: int
    """Seconds between two messages of a sender that does not say."""
    collectors: list[Collector]
    sources: dict[str, Source]
    gaps: dict[str, list[Gap]]
    """By source, oldest first."""
    blind: str
    """Why nothing at all can be judged; empty when something can."""

    @property
    def doubts(self) -> list[str]:
        """Sentences for why not all is known that should be; empty when it is."""
        learning = self.learning_left
        if self.blind or learning <= 0:
            return self.doubts_about_known
        sentence = (
            f"learning: this store {self.birth}, for another {span(learning)} "
            f"some may not have been heard yet"
        )
        return [sentence, *self.doubts_about_known]

    @property
    def doubts_about_known(self) -> list[str]:
        """Sentences for why who was heard before may not live any more.

        That the store still learns is none of them: it is a doubt about who was not heard yet.
        """
        if self.blind:
            return [self.blind]
        sentences = []
        slow = [
            source
            for source in self.counting
            if source.connected and self.now - source.watermark > WATERMARK_LIMIT
        ]
        if slow:
            lag = self.now - min(source.watermark for source in slow)
            names = listing([clean(source.address) for source in slow], 2)
            where = f" with {names}" if len(self.counting) > 1 else ""
            sentences.append(
                f"the collector is {span(lag)} behind{where}, limit {span(WATERMARK_LIMIT)}: "
                f"nothing since then can be called alive"
            )
        if self._lost:
            each = [self.absence(source) for source in self._lost]
            sentences.append(f"{listing(each, 2)}, limit {span(WATERMARK_LIMIT)}")
        return sentences

    @property
    def is_uneven(self) -> bool:
        """Whether it matters by which source somebody comes: one is not heard as others are."""
        marks = [source.watermark for source in self.counting]
        is_away = not all(source.connected for source in self.counting)
        return (
            not self.blind and len(marks) > 1 and (is_away or max(marks) - min(marks) > UNEVEN_LAG)
        )

    def narrowed(self, sources: Collection[str]) -> "Horizon":
        """Return the horizon of those whom these sources, by their ids, heard last.

        What is away beside these is no doubt about them. It is the same horizon where nothing can
        be judged, or where it is not known of somebody by which source they come: without any id,
        and with one that nobody serves.
        """
        if self.blind or not sources or not set(sources) <= self.sources.keys():
            return self
        theirs = {name: source for name, source in self.sources.items() if name in sources}
        stored_up_to = _stored_up_to(list(theirs.values()), self.now)
        return self._replace(sources=theirs, stored_up_to=stored_up_to)

    @property
    def counting(self) -> list[Source]:
        """The sources on which it depends what can be known."""
        return [source for source in self.sources.values() if source.counts]

    @property
    def as_of(self) -> float:
        """The moment as of which everything is judged, unless a doubt says that it is too old."""
        is_recent = self.now - self.stored_up_to <= WATERMARK_LIMIT
        return self.stored_up_to if is_recent else self.judged_at

    @property
    def low_watermark(self) -> float:
        """Everything sent before this moment has been stored, whoever is away meanwhile."""
        return min([self.now, *[source.watermark for source in self.counting]])

    @property
    def _lost(self) -> list[Source]:
        """Sources away for too long: one of our doubts."""
        return [
            source
            for source in self.counting
            if not source.connected and self.now - source.watermark > WATERMARK_LIMIT
        ]

    def absence(self, source: Source, error_bytes: int = ERROR_BYTES) -> str:
        """Return in words for how long a source that is not connected was not heard, and why."""
        why = f" ({cause(source, error_bytes)})" if source.error else ""
        return f"{clean(source.address)} not heard for {span(self.now - source.watermark)}{why}"

    def deafness(self, source: str, seen: float) -> str:
        """Return in words why a source may not have heard somebody whom it last heard at `seen`."""
        known = self.sources.get(source)
        if known is None:
            return "whose source no collector serves any more"
        address = clean(known.address)
        lag = span(self.now - known.watermark)
        if not known.connected:
            # Line 1 is short: what our doubts say already is not said twice.
            if self._lost == [known]:
                return "for that reason"
            why = f" ({cause(known)})" if known.error and known not in self._lost else ""
            return f"{address} away for {lag}{why}"
        gaps = [gap for gap in self.gaps.get(source, ()) if gap.end > seen]
        if not gaps:
            return f"{address} is stored up to {lag} ago"
        gap = max(gaps, key=lambda gap: gap.end)
        reason = without_address(gap.reason, known.address)
        why = f" ({shorten(reason, REASON_BYTES)})" if reason else ""
        away, ended = span(gap.end - gap.start), span(max(0.0, self.as_of - gap.end))
        return f"{address} away for {away} until {ended} ago{why}"

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
    def birth(self) -> str:
        """How old the store is, in words that follow its name."""
        age = self.now - (self.now if self.born is None else self.born)
        # By a clock that was ahead when it was new, or one that is behind now.
        return f"is {span(age)} old" if age >= 0 else f"was born {span(-age)} ahead of our clock"

    @property
    def learning_left(self) -> float:
        """Seconds for which a new store has not yet heard everybody once."""
        return 0.0 if self.born is None else self.born + 2 * self.interval - self.now

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
        for gap in self.gaps.get(source, ()):
            if gap.end <= seen:
                continue
            grace = 0.0 if is_forgiven and gap.end - gap.start < interval / 2 else interval
            heard += max(0.0, min(gap.start, until) - position)
            position = max(position, gap.end + grace)
            is_forgiven = True
        return heard + max(0.0, until - position)


def read_horizon(replies: Sequence[Reply], now: float, kind: str | None) -> Horizon:
    """Return the horizon from the replies to `COMMANDS`, for one kind of signal or for all.

    Raises StoreAnswer when the reports cannot be read.
    """
    live, gaps, born = replies
    try:
        reports = [json.loads(text) for text in live[1::2]]
        gaps_by_source = read_gaps(gaps)
        collectors = [read_collector(report, now) for report in reports]
        sources = read_sources(reports, collectors, kind)
        interval = max((int(number(report["interval"])) for report in reports), default=60)
        # A gap of a source that does not count excuses nobody.
        others = source_ids(reports) - sources.keys()
        gaps_by_source = {name: each for name, each in gaps_by_source.items() if name not in others}
        born_at = None if born is None else number(born)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise StoreAnswer(
            f"the collectors' reports under {layout.COLLECTOR} cannot be read ({error!r}); "
            f"are collector and checks of one version?"
        ) from error
    those = [source for source in sources.values() if source.counts]
    return Horizon(
        now=now,
        judged_at=min(max(_watermarks(those)), now),
        stored_up_to=_stored_up_to(those, now),
        born=born_at,
        interval=interval,
        collectors=collectors,
        sources=sources,
        gaps=gaps_by_source,
        blind=blindness(collectors, those, kind, now),
    )


def _watermarks(sources: Sequence[Source]) -> list[float]:
    """Return those of sources that are connected, or else of all."""
    connected = [source.watermark for source in sources if source.connected]
    return connected or [source.watermark for source in sources] or [0.0]


def _stored_up_to(sources: Sequence[Source], now: float) -> float:
    # Nothing is late because a source went away a moment ago: it is judged as of then.
    recent = [mark for source in sources if now - (mark := source.watermark) <= WATERMARK_LIMIT]
    return min(*_watermarks(sources), *recent, now)
