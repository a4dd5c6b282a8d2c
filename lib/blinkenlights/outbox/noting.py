"""What is noted of a queue that a sender had: that it is told, is tried again, or never will be."""

from collections.abc import Sequence
from typing import Generic

import msgspec

from blinkenlights.outbox.note import Note
from blinkenlights.outbox.taken import Entry, Known, Taken, Tries
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

OUTBOX = Script(__package__, "outbox")
SLOW = "it takes them more slowly than they come"


class Noting(Generic[Entry, Known]):
    """Writes it into the store. All methods raise a `StoreError`.

    Args:
        store: Where the outbox is.
        prefix: Of its keys.
        bound: So many of one queue are kept, the newest; 0 for no bound.
    """

    def __init__(self, store: StoreClient, prefix: str, bound: int) -> None:
        self._store = store
        self._prefix = prefix
        self._bound = bound

    async def done(
        self,
        taken: Taken[Entry, Known],
        now: float,
        known: Known | None,
        history: Sequence[msgspec.Struct],
        rest: float = 0.0,
        *,
        number: int = 1,
    ) -> bool:
        """Note that what was taken is told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            known: What its receiver knows now; None when it is over.
            history: Rows that say so.
            rest: Seconds for which its receiver is to hear nothing from anybody.
            number: As how many it is counted.
        """
        note = Note(
            removed=len(taken.entries),
            due=now,
            rest=rest,
            slow=Tries(times=0, since=now, at=now, error=SLOW) if self._bound else None,
            known=known,
            history=history,
            counters=self.counters(taken, sent=number),
        )
        return await self.note(taken, note)

    async def failed(
        self,
        taken: Taken[Entry, Known],
        tries: Tries,
        again: float,
        known: Known | None,
        *,
        rest: float = 0.0,
        history: Sequence[msgspec.Struct] = (),
        letter: msgspec.Struct | None = None,
        kept: Sequence[Entry] | None = None,
        sent: int = 0,
        dead: int = 1,
    ) -> bool:
        """Note that it could not be told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            tries: What went wrong so far.
            again: When it is tried again.
            known: What its receiver knows; None for nothing.
            rest: Seconds for which its receiver wants to hear nothing at all.
            history: Rows that say so.
            letter: What is given up of it; None for nothing.
            kept: What is tried again, where that is not all.
            sent: How much of it was told before that.
            dead: As how many the letter is counted.
        """
        lost = dead if letter is not None else 0
        note = Note(
            removed=0 if kept is None else len(taken.entries),
            kept=kept or (),
            due=again,
            rest=rest,
            tries=tries,
            known=known,
            history=history,
            letter=letter,
            lost=lost,
            counters=self.counters(taken, failed=1, dead=lost, sent=sent),
        )
        return await self.note(taken, note)

    async def bury(
        self,
        taken: Taken[Entry, Known],
        now: float,
        letter: msgspec.Struct,
        known: Known | None,
        history: Sequence[msgspec.Struct] = (),
        *,
        sent: int = 0,
        dead: int = 1,
        tries: Tries | None = None,
    ) -> bool:
        """Note that it will never be told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            letter: Is kept to be read.
            known: What its receiver knows, and can still be told the end of; None for nothing.
            history: Rows that say so.
            sent: How much of it was told before that.
            dead: As how many it is counted.
            tries: What went wrong, where that stays noted until something is told; None for not.
        """
        note = Note(
            removed=len(taken.entries),
            due=now,
            tries=tries,
            tries_last=tries is not None,
            known=known,
            history=history,
            letter=letter,
            lost=dead,
            counters=self.counters(taken, failed=1, dead=dead, sent=sent),
        )
        return await self.note(taken, note)

    async def give_back(self, taken: Taken[Entry, Known], now: float) -> bool:
        """Let another one have it now; returns False when somebody else has it by now.

        Nothing of it may have been said. What an earlier one may have said is still known only of
        what is not given back.
        """
        return await self.note(
            taken, Note(removed=0, due=now, tries=taken.tries, known=taken.known)
        )

    def counted(self, taken: Taken[Entry, Known]) -> str:
        """Return by what name a queue is counted: its address. Empty: all are counted together."""
        return taken.address

    def counters(self, taken: Taken[Entry, Known], **numbers: int) -> dict[str, int]:
        """Return by what names so many are counted."""
        name = self.counted(taken)
        return {f"{what}:{name}" if name else what: number for what, number in numbers.items()}

    async def note(self, taken: Taken[Entry, Known], note: Note) -> bool:
        """Note anything; returns False when somebody else has it by now."""
        arguments = ("note", taken.queue, taken.token, note.packed(self._bound))
        return bool(await self._store.call(OUTBOX, self._prefix, *arguments))
