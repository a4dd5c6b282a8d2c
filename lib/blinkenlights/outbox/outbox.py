"""An outbox: queues of entries in the store, each with one sender at a time."""

from collections.abc import Sequence
from secrets import token_hex

import msgspec

from blinkenlights.outbox.note import Note
from blinkenlights.outbox.noting import OUTBOX, Noting
from blinkenlights.outbox.reading import Reader
from blinkenlights.outbox.taken import Entry, Known, Taken
from blinkenlights.store.client import StoreClient


class Outbox(Noting[Entry, Known]):
    """The store, for senders. All methods raise a `StoreError`.

    Args:
        store: Where it is.
        prefix: Of its keys, which share one hash tag.
        entry: What its queues hold.
        known: What is kept of what a receiver knows.
        most_entries: How many are taken of one queue; the others follow.
        bound: So many of one queue are kept, the newest; 0 for no bound.
    """

    def __init__(
        self,
        store: StoreClient,
        prefix: str,
        entry: type[Entry],
        known: type[Known],
        *,
        most_entries: int,
        bound: int = 0,
    ) -> None:
        super().__init__(store, prefix, bound)
        self._reader = Reader(store, prefix, entry, known)
        self._most_entries = most_entries

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def take(
        self, now: float, seconds: float, most: int, busy: Sequence[str] = ()
    ) -> list[Taken[Entry, Known]]:
        """Return queues that are due, one of an address, for so many seconds by the store's clock.

        Args:
            now: The present.
            seconds: After which another sender may have them.
            most: How many at most.
            busy: Addresses that somebody here talks to already.
        """
        token = token_hex(8)
        limits: tuple[str | float, ...] = (f"{now:.3f}", seconds, most, self._most_entries, token)
        rows = await self._store.call(OUTBOX, self._prefix, "take", *limits, *busy)
        found: list[Taken[Entry, Known]] = []
        for row in rows:
            taken = self._reader.taken(token, row)
            if taken is None:
                continue
            if len(taken.entries) < len(row[-1]):
                await self._bury_unreadable(taken, len(row[-1]), now)
            else:
                found.append(taken)
        return found

    def damage(self, taken: Taken[Entry, Known], number: int, now: float) -> msgspec.Struct | None:
        """Return what is kept of so many entries that nobody can read; None for nothing."""
        del taken, number, now
        return None

    async def _bury_unreadable(self, taken: Taken[Entry, Known], in_all: int, now: float) -> None:
        """Take out of a queue what nobody can read: its receiver waits for what is behind it."""
        number = in_all - len(taken.entries)
        letter = self.damage(taken, number, now)
        # Where there is a bound entries are counted, and elsewhere messages.
        dead = number if self._bound else int(letter is not None)
        note = Note(
            removed=in_all,
            kept=taken.entries,
            due=now,
            known=taken.known,
            tries=taken.tries,
            letter=letter,
            lost=dead,
            counters=self.counters(taken, dead=dead),
        )
        await self.note(taken, note)
