"""The outbox: queues of notices, each with one sender at a time."""

import logging
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

import msgspec

from blinkenlights.alert.message import Incident
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.taken import Letter, Taken, Told, Tries
from blinkenlights.kinds.alert import keys
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_OUTBOX = Script(__package__, "outbox")
_pack = msgspec.msgpack.Encoder().encode
_incident = msgspec.json.Decoder(Incident).decode
_notice = msgspec.json.Decoder(Notice).decode
_tries = msgspec.json.Decoder(Tries).decode
log = logging.getLogger("blinkenlights.alert")
MOST_NOTICES = 500
"""Told in one message; the others follow."""


class _Reachable(msgspec.Struct):
    """A receiver, as it is kept."""

    name: str
    channel: str
    settings: dict[str, Any]
    digest: str
    file: str = ""
    line: int = 0


_reachable = msgspec.json.Decoder(_Reachable).decode


def _encode(what: object) -> str:
    # As text: cmsgpack knows no bytes.
    return msgspec.json.encode(what).decode()


class Outbox:
    """The store, for senders. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def take(
        self, now: float, seconds: float, most: int, busy: Sequence[str] = ()
    ) -> list[Taken]:
        """Return queues that are due, one of a receiver, for so many seconds by the store's clock.

        Args:
            now: The present.
            seconds: After which another sender may have them.
            most: How many at most.
            busy: Addresses of receivers that somebody here talks to already.
        """
        token = token_hex(8)
        limits: tuple[str | float, ...] = (f"{now:.3f}", seconds, most, MOST_NOTICES, token)
        rows = await self._store.call(_OUTBOX, keys.PREFIX, "take", *limits, *busy)
        return [taken for row in rows if (taken := self._taken(token, row))]

    async def done(
        self,
        taken: Taken,
        now: float,
        incident: Incident | None,
        history: Sequence[Told],
        rest: float = 0.0,
    ) -> bool:
        """Note that what was taken is told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            incident: What its receiver knows now; None when it is over.
            history: Rows that say so.
            rest: Seconds for which its receiver is to hear nothing from anybody.
        """
        return await self._note(
            taken,
            removed=len(taken.notices),
            due=now,
            rest=rest,
            incident=incident,
            history=history,
            count="sent",
        )

    async def failed(
        self,
        taken: Taken,
        tries: Tries,
        again: float,
        incident: Incident | None,
        *,
        rest: float = 0.0,
        history: Sequence[Told] = (),
        letter: Letter | None = None,
        kept: Sequence[Notice] | None = None,
    ) -> bool:
        """Note that it could not be told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            tries: What went wrong so far.
            again: When it is tried again.
            incident: What its receiver knows; None for nothing.
            rest: Seconds for which its receiver wants to hear nothing at all.
            history: Rows that say so.
            letter: What is given up of it; None for nothing.
            kept: What is tried again, where that is not all.
        """
        return await self._note(
            taken,
            removed=0 if kept is None else len(taken.notices),
            kept=kept or (),
            due=again,
            rest=rest,
            tries=tries,
            incident=incident,
            history=history,
            letter=letter,
            count="failed",
        )

    async def bury(
        self,
        taken: Taken,
        now: float,
        letter: Letter,
        incident: Incident | None,
        history: Sequence[Told] = (),
    ) -> bool:
        """Note that it will never be told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            letter: Is kept to be read.
            incident: What its receiver knows, and can still be told the end of; None for nothing.
            history: Rows that say so.
        """
        return await self._note(
            taken,
            removed=len(taken.notices),
            due=now,
            incident=incident,
            history=history,
            letter=letter,
            count="failed",
        )

    async def give_back(self, taken: Taken, now: float) -> bool:
        """Let another one have it now; returns False when somebody else has it by now.

        Nothing of it may have been said. What an earlier one may have said is still known only of
        what is not given back.
        """
        return await self._note(
            taken,
            removed=0,
            due=now,
            tries=taken.tries,
            incident=taken.incident,
            history=(),
            count="given back",
        )

    async def receiver(self, address: str) -> Receiver | None:
        """Return how to reach a receiver that was ever told anything; None for an unknown one."""
        text = await self._store.ask(self._store.redis.hget(keys.RECEIVERS, address))
        try:
            return Receiver(**msgspec.to_builtins(_reachable(text))) if text else None
        except msgspec.MsgspecError as error:
            raise self._store.not_ours(keys.RECEIVERS, error) from error

    def _taken(self, token: str, row: Sequence[Any]) -> Taken | None:
        """Return a queue; None for one that holds what is not ours, which must not stop others."""
        queue, was_taken, incident, tries, notices = row
        try:
            return Taken(
                queue.decode(),
                token,
                list(map(_notice, notices)),
                _incident(incident) if incident else None,
                _tries(tries) if tries else None,
                bool(was_taken),
            )
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.error("%s", self._store.not_ours(keys.QUEUE + repr(queue), error))  # noqa: TRY400
            return None

    async def _note(
        self,
        taken: Taken,
        *,
        removed: int,
        due: float,
        incident: Incident | None,
        history: Sequence[Told],
        count: str,
        kept: Sequence[Notice] = (),
        rest: float = 0.0,
        tries: Tries | None = None,
        letter: Letter | None = None,
    ) -> bool:
        counters = {f"{count}:{taken.receiver}": 1} if history or count == "failed" else {}
        if letter:
            counters[f"dead:{taken.receiver}"] = 1
        note = {
            "removed": removed,
            "kept": list(map(_encode, kept)),
            "due": due,
            "rest": rest,
            "tries": _encode(tries) if tries else False,
            "incident": _encode(incident) if incident else False,
            "history": list(map(_encode, history)),
            "dead": [_encode(letter)] if letter else [],
            "counters": counters,
        }
        arguments = ("note", taken.queue, taken.token, _pack(note))
        return bool(await self._store.call(_OUTBOX, keys.PREFIX, *arguments))
