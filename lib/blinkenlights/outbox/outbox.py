"""An outbox: queues of entries in the store, each with one sender at a time."""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Generic

import msgspec

from blinkenlights.outbox.reading import Reader
from blinkenlights.outbox.taken import Entry, Known, Taken, Tries
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_OUTBOX = Script(__package__, "outbox")
_pack = msgspec.msgpack.Encoder().encode


def _encode(what: object) -> str:
    # As text: cmsgpack knows no bytes.
    return msgspec.json.encode(what).decode()


class Outbox(Generic[Entry, Known]):
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
        self._store = store
        self._prefix = prefix
        self._reader = Reader(store, prefix, entry, known)
        self._most_entries = most_entries
        self._bound = bound

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
        rows = await self._store.call(_OUTBOX, self._prefix, "take", *limits, *busy)
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
        return await self._note(
            taken,
            removed=len(taken.entries),
            due=now,
            rest=rest,
            known=known,
            history=history,
            counters={"sent": number},
        )

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
        """
        return await self._note(
            taken,
            removed=0 if kept is None else len(taken.entries),
            kept=kept or (),
            due=again,
            rest=rest,
            tries=tries,
            known=known,
            history=history,
            letter=letter,
            counters={"failed": 1, "dead": int(letter is not None), "sent": sent},
        )

    async def bury(
        self,
        taken: Taken[Entry, Known],
        now: float,
        letter: msgspec.Struct,
        known: Known | None,
        history: Sequence[msgspec.Struct] = (),
        *,
        sent: int = 0,
    ) -> bool:
        """Note that it will never be told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            letter: Is kept to be read.
            known: What its receiver knows, and can still be told the end of; None for nothing.
            history: Rows that say so.
            sent: How much of it was told before that.
        """
        return await self._note(
            taken,
            removed=len(taken.entries),
            due=now,
            known=known,
            history=history,
            letter=letter,
            counters={"failed": 1, "dead": 1, "sent": sent},
        )

    async def give_back(self, taken: Taken[Entry, Known], now: float) -> bool:
        """Let another one have it now; returns False when somebody else has it by now.

        Nothing of it may have been said. What an earlier one may have said is still known only of
        what is not given back.
        """
        return await self._note(
            taken,
            removed=0,
            due=now,
            tries=taken.tries,
            known=taken.known,
            history=(),
            counters={},
        )

    def counted(self, taken: Taken[Entry, Known]) -> str:
        """Return by what name a queue is counted: its address. Empty: all are counted together."""
        return taken.address

    def damage(self, taken: Taken[Entry, Known], number: int, now: float) -> msgspec.Struct | None:
        """Return what is kept of so many entries that nobody can read; None for nothing."""
        del taken, number, now
        return None

    async def _bury_unreadable(self, taken: Taken[Entry, Known], in_all: int, now: float) -> None:
        """Take out of a queue what nobody can read: its receiver waits for what is behind it."""
        number = in_all - len(taken.entries)
        letter = self.damage(taken, number, now)
        await self._note(
            taken,
            removed=in_all,
            kept=taken.entries,
            due=now,
            known=taken.known,
            tries=taken.tries,
            history=(),
            letter=letter,
            counters={"dead": int(letter is not None)},
        )

    async def _note(
        self,
        taken: Taken[Entry, Known],
        *,
        removed: int,
        due: float,
        known: Known | None,
        history: Sequence[msgspec.Struct],
        counters: Mapping[str, int],
        kept: Sequence[Entry] = (),
        rest: float = 0.0,
        tries: Tries | None = None,
        letter: msgspec.Struct | None = None,
    ) -> bool:
        name = self.counted(taken)
        note = {
            "removed": removed,
            "kept": list(map(_encode, kept)),
            "due": due,
            "rest": rest,
            "tries": _encode(tries) if tries else False,
            "known": _encode(known) if known else False,
            "history": list(map(_encode, history)),
            "dead": [_encode(letter)] if letter else [],
            "counters": {
                f"{what}:{name}" if name else what: number
                for what, number in counters.items()
                if number
            },
            "bound": self._bound,
        }
        arguments = ("note", taken.queue, taken.token, _pack(note))
        return bool(await self._store.call(_OUTBOX, self._prefix, *arguments))
