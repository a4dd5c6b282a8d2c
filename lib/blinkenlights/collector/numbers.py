"""Numbers that messages hold beside what they are about, on their way to whoever keeps them.

Their names are bounded, and where there is no more room the number is left out and counted, while
its message is stored. Most batches bring none that is new, so the names that are known are kept in
memory for a while, and only the others are asked for.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import NO_ROOM, NumbersOf, Reading, WithoutRoom
from blinkenlights.collector.name_counts import NameCounts
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.kinds.registry import keepers_of_numbers
from blinkenlights.kinds.signal import Fact, Names, Signal
from blinkenlights.store.names import ask

FORGOTTEN_SECONDS = 60.0
"""How long it is remembered that a name is known, or that there was no room for it."""
KEPT = 200_000
"""Names that are remembered at most."""
BAD_NAME = "trimmed:number with a bad name"


class _Made(NamedTuple):
    """What the numbers of one fact are made into."""

    of: NumbersOf
    named: Sequence[tuple[Fact, Names, str]]
    """The facts made of them, each with its name."""


class NumberBounds:
    """Lets numbers into batches, as far as there is room for their names.

    Args:
        store: Where names are.
        clock: Seconds that only pass.
        counts: How many names there are.
    """

    def __init__(self, store: RetryingStore, clock: Clock, counts: NameCounts) -> None:
        self._store = store
        self._clock = clock
        self._counts = counts
        self._known: set[str] = set()
        self._left_out: set[str] = set()
        self._without_room: dict[str, dict[str, int]] = {}
        self._since = clock()

    def without_room(self) -> WithoutRoom | None:
        """Return whose numbers found no room. It is emptied every minute, so they are tried again.

        None where no numbers are wanted.
        """
        self._forget_at_times()
        if self._counts.settings.collector.max_numbers == 0:
            return None
        return self._without_room

    async def add(self, reading: Reading, most: int | None = None) -> Counter[str]:
        """Add the numbers in a reading to its batch, or count them as left out.

        Args:
            reading: Has both.
            most: How many names may come of whoever gave them; by default as it is configured.

        Returns:
            How many new names that brings, by the name of the signal that keeps them.
        """
        new: Counter[str] = Counter()
        if not reading.numbers:
            return new
        self._forget_at_times()
        most = self._counts.settings.collector.max_numbers if most is None else most
        counts = reading.batch.counts
        for signal in keepers_of_numbers():
            made = [_made(signal, each) for each in reading.numbers]
            counts[BAD_NAME] += sum(len(each.of.numbers) - len(each.named) for each in made)
            unknown = await self._unknown(made)
            for of, named in made:
                left_out = 0
                for fact, _, name in named:
                    if name in unknown and name not in self._known:
                        new[signal.name] += self._admit(signal.name, of.giver, name, most)
                    if name in self._left_out:
                        left_out += 1
                    else:
                        self._known.add(name)
                        reading.add(fact, of.origin)
                counts[NO_ROOM] += left_out
                if of.name and left_out and left_out == len(named):
                    self._without_room.setdefault(of.giver, {})[of.name] = left_out
        reading.batch.counts = +counts
        return new

    def _admit(self, signal: str, giver: str, name: str, most: int) -> bool:
        """Return whether there is room for a new name, and count it; else it is left out."""
        if self._counts.has_room_for_number(signal, giver, most):
            self._counts.count_number(signal, giver)
            return True
        self._left_out.add(name)
        return False

    def _forget_at_times(self) -> None:
        kept = len(self._known) + len(self._left_out)
        if self._clock() - self._since >= FORGOTTEN_SECONDS or kept > KEPT:
            self._known.clear()
            self._left_out.clear()
            self._without_room.clear()
            self._since = self._clock()

    async def _unknown(self, made: Sequence[_Made]) -> set[str]:
        """Return those of the names that the store does not have."""
        asked: dict[Names, dict[str, None]] = {}
        for each in made:
            for _, names, name in each.named:
                if name not in self._known and name not in self._left_out:
                    asked.setdefault(names, {})[name] = None
        unknown: set[str] = set()
        for names, some in asked.items():
            kept, wanted = names.kept, list(some)
            found = await self._store.patiently(
                lambda store, kept=kept, wanted=wanted: ask(store, kept, wanted)  # type: ignore[misc]
            )
            self._counts.sizes[names] = found.size
            unknown.update(found.unknown)
        return unknown


def _made(signal: Signal, of: NumbersOf) -> _Made:
    """Return what a signal makes of numbers, where it can make something."""
    named: list[tuple[Fact, Names, str]] = []
    if signal.of_number:
        for fact in map(signal.of_number, of.numbers):
            if fact is not None:
                names = signal.names[type(fact)][0]
                named.append((fact, names, names.of(fact)))
    return _Made(of, named)
