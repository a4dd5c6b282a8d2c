"""Numbers that messages hold beside what they are about, on their way to whoever keeps them.

Their names are bounded, and where there is no more room the number is left out and counted, while
its message is stored. Most batches bring none that is new, so the names that are known are kept in
memory for a while, and only the others are asked for.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import NumbersOf, Reading
from blinkenlights.collector.name_counts import NameCounts
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.kinds.registry import keepers_of_numbers
from blinkenlights.kinds.signal import Fact, Names, Origin, Signal
from blinkenlights.store.names import ask

FORGOTTEN_SECONDS = 60.0
"""How long it is remembered that a name is known, or that there was no room for it."""
NO_ROOM = "trimmed:no room for a number"
BAD_NAME = "trimmed:number with a bad name"


class _Made(NamedTuple):
    """A fact made of a number."""

    giver: str
    """The signal whose facts gave it, or another name for who did."""
    fact: Fact
    names: Names
    name: str
    origin: Origin


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
        self._since = clock()

    async def add(
        self, reading: Reading, numbers: Sequence[NumbersOf], most: int | None = None
    ) -> Counter[str]:
        """Add numbers to the batch of a reading, or count them as left out.

        Args:
            reading: Has the batch.
            numbers: What may be added.
            most: How many names may come of whoever gave them; by default as it is configured.

        Returns:
            How many new names that brings, by the name of the signal that keeps them.
        """
        new: Counter[str] = Counter()
        most = self._counts.settings.max_numbers if most is None else most
        if not numbers or most == 0:
            return new
        if self._clock() - self._since >= FORGOTTEN_SECONDS:
            self._known.clear()
            self._left_out.clear()
            self._since = self._clock()
        counts = reading.batch.counts
        for signal in keepers_of_numbers():
            made = list(_made(signal, numbers))
            counts[BAD_NAME] += sum(len(each.numbers) for each in numbers) - len(made)
            unknown = await self._unknown(made)
            for each in made:
                if each.name in unknown and each.name not in self._known:
                    if self._counts.has_room_for_number(signal.name, each.giver, most):
                        self._counts.count_number(signal.name, each.giver)
                        new[signal.name] += 1
                    else:
                        self._left_out.add(each.name)
                if each.name in self._left_out:
                    counts[NO_ROOM] += 1
                else:
                    self._known.add(each.name)
                    reading.add(each.fact, each.origin)
        reading.batch.counts = +counts
        return new

    async def _unknown(self, made: Sequence[_Made]) -> set[str]:
        """Return those of the names that the store does not have."""
        asked: dict[Names, dict[str, None]] = {}
        for each in made:
            if each.name not in self._known and each.name not in self._left_out:
                asked.setdefault(each.names, {})[each.name] = None
        unknown: set[str] = set()
        for names, some in asked.items():
            kept, wanted = names.kept, list(some)
            found = await self._store.patiently(
                lambda store, kept=kept, wanted=wanted: ask(store, kept, wanted)  # type: ignore[misc]
            )
            self._counts.sizes[names] = found.size
            unknown.update(found.unknown)
        return unknown


def _made(signal: Signal, numbers: Sequence[NumbersOf]) -> Iterator[_Made]:
    """Yield what a signal makes of numbers, where it can make something."""
    if signal.of_number is None:
        return
    for giver, some, origin in numbers:
        for number in some:
            fact = signal.of_number(number)
            if fact is not None:
                names = signal.names[type(fact)][0]
                yield _Made(giver, fact, names, names.of(fact), origin)
