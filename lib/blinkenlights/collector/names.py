"""How many names there may be: where there is no more room, messages with new ones are refused.

As long as a batch cannot use up the room, nothing is asked before it is stored: two more calls
travel with it, which say how many names there were before and after. Only where it could, the store
says first which of its names are new.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import Message, Reading, internal, read
from blinkenlights.collector.name_counts import Limit, NameCounts
from blinkenlights.collector.numbers import NumberBounds
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.registry import signal_of
from blinkenlights.kinds.signal import Arrival, Decode, Decoded, Names, Properties
from blinkenlights.store.names import ask

SAID_AGAIN_SECONDS = 60.0

log = logging.getLogger("blinkenlights.collector")


class NameBounds:
    """Bounds the names in the store; shared by all sources of a collector.

    Args:
        store: Where names are.
        clock: Seconds that only pass.
        settings: Says how many there may be.
    """

    def __init__(self, store: RetryingStore, clock: Clock, settings: Config) -> None:
        self.counts = NameCounts(clock, settings)
        self.numbers = NumberBounds(store, clock, self.counts)
        self._store = store
        self._clock = clock
        self._said: dict[str, float] = {}

    async def read(
        self, messages: Sequence[Message], decode: Decode, arrival: Arrival, *, is_now: bool
    ) -> Reading:
        """Do what `batch.read` does, and refuse new names for which there is no room."""
        if not self.counts.is_known:
            await self._store.patiently(lambda store: self.counts.refresh(store, self._clock()))
        senders = _senders(messages)
        room = self.counts.least_room(arrival.source, senders)
        # A fact may have two names.
        reading = None
        if room >= 2 * len(messages):
            without_room = self.numbers.without_room()
            reading = read(messages, decode, arrival, is_now=is_now, without_room=without_room)
        # A message may hold several facts.
        if reading is None or room < 2 * reading.facts:
            reading = await self._admitted(messages, decode, arrival, is_now=is_now)
        new = await self.numbers.add(reading)
        self.counts.measure(reading, arrival.source, senders, new)
        return reading

    async def _admitted(
        self, messages: Sequence[Message], decode: Decode, arrival: Arrival, *, is_now: bool
    ) -> Reading:
        """Return a reading in which messages are refused for whose new names there is no room."""
        noted = _Noted(decode)
        read(messages, noted.note, arrival, is_now=is_now)
        unknown = await self._unknown(noted.facts)
        taken: Counter[str] = Counter()
        for index, (message, fact) in enumerate(zip(messages, noted.facts, strict=True)):
            room = _Room(unknown, taken, arrival.source, _sender(message))
            if isinstance(fact, Several):
                noted.facts[index] = Several(
                    [(said, self._or_refused(each, room)) for said, each in fact.parts]
                )
            else:
                noted.facts[index] = self._or_refused(fact, room)
        without_room = self.numbers.without_room()
        return read(messages, noted.replay, arrival, is_now=is_now, without_room=without_room)

    def _or_refused(self, fact: Decoded, room: "_Room") -> Decoded:
        """Return a fact, or why there is no room for a name in it."""
        for signal, names, name in _named(fact):
            if name not in room.unknown[names]:
                continue
            limits = list(self.counts.limits(signal, names, room.source, room.sender))
            full = [each for each in limits if each.left <= room.taken[each.scope]]
            if full:
                self._say(room.source, signal, full[0])
                return _refusal(name, full[0])
            room.taken.update(each.scope for each in limits)
            room.unknown[names].discard(name)
        return fact

    async def _unknown(self, facts: Sequence[Decoded]) -> dict[Names, set[str]]:
        """Return for each sort those names in facts that the store does not have."""
        asked: dict[Names, dict[str, None]] = {}
        for fact in _one_by_one(facts):
            for _, names, name in _named(fact):
                asked.setdefault(names, {})[name] = None
        unknown = {}
        for names, some in asked.items():
            kept, wanted = names.kept, list(some)
            found = await self._store.patiently(
                lambda store, kept=kept, wanted=wanted: ask(store, kept, wanted)  # type: ignore[misc]
            )
            self.counts.sizes[names] = found.size
            unknown[names] = set(found.unknown)
        return unknown

    def _say(self, source: str, signal: str, limit: Limit) -> None:
        now = self._clock()
        if now - self._said.get(source, -SAID_AGAIN_SECONDS) >= SAID_AGAIN_SECONDS:
            self._said[source] = now
            log.warning(
                "messages of kind %s are refused, %s: %s; see blinkenlights rejected, and remove "
                "what nobody needs with blinkenlights forget",
                signal,
                limit.reason,
                limit.because,
            )


class _Room(NamedTuple):
    """What is known of the room for new names in one batch."""

    unknown: dict[Names, set[str]]
    """Names of each sort that the store does not have, nor this batch so far."""
    taken: Counter[str]
    """How many this batch takes of each limit, by its scope."""
    source: str
    sender: str
    """The token by which the message came; empty for none."""


class _Noted:
    """A decoder that notes what it gives, and one that gives what was noted."""

    def __init__(self, decode: Decode) -> None:
        self.facts: list[Decoded] = []
        self._decode = decode
        self._next = 0

    def note(
        self, body: bytes, key: str, about: Properties | None, receipt: float | None, exchange: str
    ) -> Skipped:
        """Note what is in a message, and give nothing."""
        try:
            self.facts.append(self._decode(body, key, about, receipt, exchange))
        except Exception as error:  # noqa: BLE001 - one message must never stop all others
            self.facts.append(internal(error))
        return Skipped("")

    def replay(
        self,
        _body: bytes,
        _key: str,
        _about: Properties | None,
        _receipt: float | None,
        _exchange: str,
    ) -> Decoded:
        """Give what was noted, in the same order."""
        self._next += 1
        return self.facts[self._next - 1]


def _one_by_one(facts: Sequence[Decoded]) -> Iterator[Decoded]:
    for fact in facts:
        if isinstance(fact, Several):
            yield from (each for _, each in fact.parts)
        else:
            yield fact


def _named(fact: Decoded) -> Iterator[tuple[str, Names, str]]:
    """Yield the names in a fact with their signal and their sort."""
    sort: type = type(fact)
    signal = signal_of(sort)
    if signal is not None:
        for names in signal.names.get(sort, ()):
            name = names.of(fact)
            if name:
                yield signal.name, names, name


def _refusal(name: str, limit: Limit) -> Rejected:
    parts = ", ".join(map(repr, name.split("\0")))
    return Rejected(limit.reason, f"{parts} is new: {limit.because}")


def _sender(message: Message) -> str:
    """Return the token by which a message came; empty for none."""
    return getattr(message[1], "sender", "")


def _senders(messages: Sequence[Message]) -> Mapping[str, int]:
    """Return by which tokens messages came, with how many of them."""
    if hasattr(messages[0][1], "sender"):
        return Counter(map(_sender, messages))
    return {"": len(messages)}
