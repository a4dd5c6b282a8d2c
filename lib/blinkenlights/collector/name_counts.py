"""How many names the store has, and by whom they came first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import Reading
from blinkenlights.collector.tally import SlidingMinute
from blinkenlights.config import Config
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Names
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.names import Sizes, sizes_of

TOO_MANY = "too many names"
"""The reason for a message with a new name for which there is no room."""


class Limit(NamedTuple):
    """What bounds names of one sort that come by one way."""

    scope: str
    """What shares it."""
    left: int
    """How many new names there is room for."""
    because: str
    reason: str = TOO_MANY
    """For a message for which there is none."""


class NameCounts:
    """Counts names for all sources of a collector, and says for how many more there is room.

    What other collectors brought is known a second later. The numbers in all are those of the last
    batch.

    Args:
        clock: Seconds that only pass.
        settings: Says how many there may be.
    """

    def __init__(self, clock: Clock, settings: Config) -> None:
        self.settings = settings
        self.sizes: dict[Names, int] = {}
        """How many names of each sort there are."""
        self.is_known = False
        """Whether the store was ever asked."""
        self._clock = clock
        self._sorts = [
            (signal.name, names)
            for signal in signals()
            for names in dict.fromkeys(each for some in signal.names.values() for each in some)
        ]
        self.sizes.update((names, 0) for _, names in self._sorts)
        self._brought: Counter[str] = Counter()
        """Signal, source and sender -> how many names came by it first, as far as is known."""
        self._unwritten: Counter[str] = Counter()
        """Those of them that others do not know of yet."""
        self._new_lately = SlidingMinute()

    @property
    def total(self) -> int:
        """How many names there are, without those that come and go."""
        return sum(size for names, size in self.sizes.items() if names.passing is None)

    def new_per_minute(self) -> float:
        """Return how many new names were stored in the last minute."""
        return float(self._new_lately.total(self._clock()))

    async def refresh(self, store: StoreClient, _now: float) -> None:
        """Write who brought how many names, and learn what others brought; raises a StoreError."""
        writing = self._unwritten.copy()
        pipe = store.redis.pipeline(transaction=True)
        for field, number in writing.items():
            pipe.hincrby(layout.NAMES, field, number)
        pipe.hgetall(layout.NAMES)
        *_, found = await store.ask(pipe.execute())
        self._unwritten -= writing
        brought = {field.decode(): int(number) for field, number in found.items()}
        sizes = await sizes_of(store, [names.kept for _, names in self._sorts])
        self.sizes = {names: size for (_, names), size in zip(self._sorts, sizes, strict=True)}
        fewer = self._without_forgotten(brought)
        if fewer:
            pairs = [each for pair in fewer.items() for each in pair]
            await store.ask(store.redis.hset(layout.NAMES, items=pairs))
        self._brought = Counter(brought | fewer) + self._unwritten
        self.is_known = True

    def _without_forgotten(self, brought: Mapping[str, int]) -> dict[str, int]:
        """Return the numbers that are too high as they are without the names forgotten since.

        Nobody knows by whom those had come, so all that brought any have a share in the room.
        """
        fewer: dict[str, int] = {}
        there: Counter[str] = Counter()
        for signal, names in self._sorts:
            there[signal] += 0 if names.passing else self.sizes[names]
        for signal, number_there in there.items():
            mine = {field: n for field, n in brought.items() if field.split(" ", 1)[0] == signal}
            together = sum(mine.values())
            if together > number_there:
                fewer |= {field: n * number_there // together for field, n in mine.items()}
        return fewer

    def least_room(self, source: str, senders: Mapping[str, int]) -> int:
        """Return for how many new names of any sort there is room."""
        most = self.settings.collector.max_names
        room = self.settings.collector.max_names_in_all - self.total
        for signal, names in self._sorts:
            if names.passing:
                room = min(room, names.passing.most(self.settings) - self.sizes[names])
            else:
                for sender in senders:
                    room = min(room, most - self._brought[_field(signal, source, sender)])
        return room

    def limits(self, signal: str, names: Names, source: str, sender: str) -> Iterator[Limit]:
        """Yield all that bounds names of one sort by one way."""
        if names.passing:
            most = names.passing.most(self.settings)
            because = f"there are {most} already ({names.passing.setting})"
            yield Limit(names.kept.key, most - self.sizes[names], because, names.passing.reason)
            return
        settings = self.settings.collector
        most, most_in_all = settings.max_names, settings.max_names_in_all
        field = _field(signal, source, sender)
        whose = "this token" if sender else "this source"
        because = f"{whose} brought {most} already (max_names)"
        yield Limit(field, most - self._brought[field], because)
        because = f"there are {most_in_all} already (max_names_in_all)"
        yield Limit("", most_in_all - self.total, because)

    def has_room_for_number(self, signal: str, giver: str, most: int) -> bool:
        """Return whether a new name may come of the numbers of others.

        Args:
            signal: Who keeps it.
            giver: Whose numbers they are.
            most: How many may come of them.
        """
        brought = self._brought[_of_numbers(signal, giver)]
        return brought < most and self.total < self.settings.collector.max_names_in_all

    def count_number(self, signal: str, giver: str) -> None:
        """Note that a new name comes of the numbers of others."""
        field = _of_numbers(signal, giver)
        self._brought[field] += 1
        self._unwritten[field] += 1
        self._new_lately.add(1, self._clock())

    def measure(
        self,
        reading: Reading,
        source: str,
        senders: Mapping[str, int],
        of_numbers: Mapping[str, int],
    ) -> None:
        """Have a batch say on its way how many new names it brings.

        Args:
            reading: Has the batch.
            source: By which its messages came.
            senders: By which tokens, with how many of them.
            of_numbers: How many new names there are, by signal, that were counted already.
        """
        counts = reading.batch.counts
        sorts = [each for each in self._sorts if counts.get("stored:" + each[0])]
        if not sorts:
            return
        before: list[int] = []

        def count(after: Sequence[int]) -> None:
            # Others may have stored theirs in between.
            most = reading.facts
            for (signal, names), earlier, size in zip(sorts, before, after, strict=True):
                self.sizes[names] = size
                grown = min(size - earlier - of_numbers.get(signal, 0), most)
                if grown > 0 and not names.passing:
                    self._count(signal, source, senders, grown)

        kept = [names.kept for _, names in sorts]
        batch = reading.batch
        batch.rows = [Sizes(kept, before.extend), *batch.rows, Sizes(kept, count)]

    def _count(self, signal: str, source: str, senders: Mapping[str, int], grown: int) -> None:
        self._new_lately.add(grown, self._clock())
        number = sum(senders.values())
        for sender, sent in senders.items():
            field, share = _field(signal, source, sender), -(-grown * sent // number)
            self._brought[field] += share
            self._unwritten[field] += share


def _of_numbers(signal: str, giver: str) -> str:
    return _field(signal, "numbers", giver)


def _field(signal: str, source: str, sender: str) -> str:
    return f"{signal} {source} {sender}" if sender else f"{signal} {source}"
