"""The outbox: queues of notices, each with one sender at a time."""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import NamedTuple

import msgspec
from msgspec import Struct

from blinkenlights.alert.message import Incident
from blinkenlights.alert.notice import Notice
from blinkenlights.kinds.alert import keys
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_OUTBOX = Script(__package__, "outbox")
_pack = msgspec.msgpack.Encoder().encode
_incident = msgspec.json.Decoder(Incident).decode
_notice = msgspec.json.Decoder(Notice).decode
MOST_NOTICES = 500
"""Told in one message; the others follow."""


def _encode(what: object) -> str:
    # As text: cmsgpack knows no bytes.
    return msgspec.json.encode(what).decode()


class Tries(Struct, frozen=True, kw_only=True):
    """What went wrong with a queue since something was last told. Times as seconds, epoch."""

    times: int
    since: float
    at: float
    error: str


class Told(Struct, frozen=True, kw_only=True):
    """A row of the history: who was told what, and how it went."""

    at: float
    receiver: str
    channel: str
    incident: str
    title: str
    how: str
    """`told`, `failed` or `dead`."""
    error: str = ""
    seconds: float = 0.0
    """How long it took to say."""
    alerts: list[str] = []
    """What the alerts are called whose changes it told."""


class Letter(Struct, frozen=True, kw_only=True):
    """A message that could not be delivered."""

    at: float
    receiver: str
    title: str
    error: str
    notices: list[Notice]


class Taken(NamedTuple):
    """A queue, and what is in it, for one sender."""

    queue: str
    token: str
    notices: Sequence[Notice]
    incident: Incident | None
    tries: Tries | None
    may_be_repeated: bool
    """Whether somebody had it before, and never said how it went."""

    @property
    def address(self) -> str:
        """Return the receiver's address."""
        return self.queue.partition(keys.SEPARATOR)[0]

    @property
    def group(self) -> str:
        """Return what its alerts have in common."""
        return self.queue.partition(keys.SEPARATOR)[2]


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
        """Return queues that are due, for so many seconds by the store's clock.

        Args:
            now: The present.
            seconds: After which another sender may have them.
            most: How many at most.
            busy: Addresses of receivers that somebody here talks to already.
        """
        token = token_hex(8)
        limits: tuple[str | float, ...] = (f"{now:.3f}", seconds, most, MOST_NOTICES, token)
        rows = await self._store.call(_OUTBOX, keys.PREFIX, "take", *limits, *busy)
        try:
            return [
                Taken(
                    queue.decode(),
                    token,
                    list(map(_notice, notices)),
                    _incident(incident) if incident else None,
                    msgspec.json.decode(tries, type=Tries) if tries else None,
                    bool(again),
                )
                for queue, again, incident, tries, notices in rows
            ]
        except msgspec.MsgspecError as error:
            raise self._store.not_ours(keys.QUEUE, error) from error

    async def done(
        self, taken: Taken, now: float, incident: Incident | None, history: Sequence[Told]
    ) -> bool:
        """Note that what was taken is told; returns False when somebody else has it by now.

        Args:
            taken: As `take` gave it.
            now: The present.
            incident: What its receiver knows now; None when it is over.
            history: Rows that say so.
        """
        counters = {f"sent:{taken.address.rpartition('@')[0]}": 1} if history else {}
        packed = _encode(incident) if incident else False
        payload = _pack((len(taken.notices), packed, list(map(_encode, history)), counters))
        return await self._note("done", taken, now, payload)

    async def failed(
        self, taken: Taken, tries: Tries, again: float, rest: float, history: Sequence[Told]
    ) -> bool:
        """Note that it could not be told.

        Args:
            taken: As `take` gave it.
            tries: What went wrong so far.
            again: When it is tried again.
            rest: Until when its receiver wants to hear nothing at all; 0 where it did not say.
            history: Rows that say so.
        """
        counters = {f"failed:{taken.address.rpartition('@')[0]}": 1}
        payload = _pack((_encode(tries), rest, list(map(_encode, history)), counters))
        return await self._note("failed", taken, again, payload)

    async def bury(self, taken: Taken, now: float, letter: Letter) -> bool:
        """Note that it will never be told; it is kept to be read."""
        counters = {f"dead:{letter.receiver}": 1}
        payload = _pack((len(taken.notices), [_encode(letter)], counters))
        return await self._note("bury", taken, now, payload)

    async def next_due(self) -> float | None:
        """Return when the next queue is due; None when there is none."""
        found = await self._store.ask(self._store.redis.zrange(keys.DUE, 0, 0, withscores=True))
        return float(found[0][1]) if found else None

    async def receivers(self) -> Mapping[str, Receiver]:
        """Return how to reach all receivers that were ever told anything, by their addresses."""
        found = await self._store.ask(self._store.redis.hgetall(keys.RECEIVERS))
        try:
            return {
                address.decode(): Receiver(**msgspec.json.decode(text))
                for address, text in found.items()
            }
        except (msgspec.MsgspecError, TypeError) as error:
            raise self._store.not_ours(keys.RECEIVERS, error) from error

    async def _note(self, how: str, taken: Taken, when: float, payload: bytes) -> bool:
        arguments = (how, taken.queue, taken.token, f"{when:.3f}", payload)
        return bool(await self._store.call(_OUTBOX, keys.PREFIX, *arguments))
