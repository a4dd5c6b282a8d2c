"""The store for whoever evaluates rules: one at a time, and nobody whose lease is over."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from blinkenlights.alert.planning import Outgoing
from blinkenlights.alert.record import Record
from blinkenlights.alert.silence import Acknowledgement, Silence
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Evaluated, Evaluation
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store import lease
from blinkenlights.store.client import UNREADABLE, StoreClient
from blinkenlights.store.lease import LEASE
from blinkenlights.store.script import Script

log = logging.getLogger("blinkenlights.alert")
T = TypeVar("T")
_EVALUATION = Script(__package__, "evaluation", after=LEASE)
_pack = msgspec.msgpack.Encoder().encode
_record = msgspec.json.Decoder(Record).decode
_acknowledgement = msgspec.json.Decoder(Acknowledgement).decode
_silence = msgspec.json.Decoder(Silence).decode
AT_ONCE = 1_000
"""Changes of one step; the store does nothing else meanwhile."""
NOBODYS = -1
FORGET_AFTER = 7 * 86_400.0
"""Seconds."""
MOST_SAID = 100


def _encode(what: object) -> str:
    # As text: cmsgpack knows no bytes.
    return msgspec.json.encode(what).decode()


class LeaseLostError(Exception):
    """Somebody else evaluates by now, or may: nothing was written."""


class Change(NamedTuple):
    """What becomes of one alert."""

    rule: str
    thing: str
    before: Record | None
    after: Record | None
    """None when it is over."""
    outgoing: Sequence[Outgoing] = ()

    @property
    def alert(self) -> str:
        """Return what the store calls it."""
        return keys.alert_of(self.rule, self.thing)


class EvaluationStore:
    """The store, for evaluators. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store
        self._said: set[str] = set()
        """What was said to be not ours: it is read again with each evaluation."""

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def lease(self, owner: str, seconds: float) -> int:
        """Take or prolong the lease; returns its epoch, 0 while somebody else has it.

        It lasts for so many seconds by the store's clock. The epoch rises when it changes hands, or
        was over in between.
        """
        return (await lease.lease(self._store, keys.PREFIX, owner, seconds)).epoch

    async def leave(self, owner: str) -> None:
        """Give the lease back, so that another one need not wait for its end."""
        await lease.leave(self._store, keys.PREFIX, owner)

    async def commit(
        self,
        epoch: int,
        changes: Sequence[Change],
        evaluated: Mapping[str, Evaluated],
        evaluation: Evaluation,
    ) -> list[Change]:
        """Write what came of an evaluation, each record with its notices in one step.

        Returns the changes that were not made, since the record was another one by then. Raises
        LeaseLostError; then what is left is not written.
        """
        rules = {name: _encode(one._asdict()) for name, one in evaluated.items()}
        known = _encode(evaluation._asdict())
        refused: list[Change] = []
        for start in range(0, max(1, len(changes)), AT_ONCE):
            some = changes[start : start + AT_ONCE]
            payload = _pack(([_packed(each) for each in some], rules, known))
            answer = await self._store.call(_EVALUATION, keys.PREFIX, "commit", epoch, payload)
            if answer == NOBODYS:
                raise LeaseLostError
            refused += [some[place - 1] for place in answer]
        return refused

    async def passed(self, hop: str, at: float) -> None:
        """Note when a canary passed a hop."""
        await self._store.ask(self._store.redis.hset(keys.CANARY, hop, f"{at:.3f}"))

    async def records(self) -> dict[tuple[str, str], Record]:
        """Return all alerts, by rule and thing. One that cannot be read begins anew."""
        found = await self._store.ask(self._store.redis.hgetall(keys.RECORDS))
        records = [
            one for text in found.values() if (one := self._read(keys.RECORDS, _record, text))
        ]
        return {(one.rule, one.thing): one for one in records}

    async def acknowledged(self) -> dict[str, Acknowledgement]:
        """Return who has taken care of what, by episode."""
        found = await self._store.ask(self._store.redis.hgetall(keys.ACKNOWLEDGED))
        return {
            name.decode(errors="replace"): one
            for name, text in found.items()
            if (one := self._read(keys.ACKNOWLEDGED, _acknowledgement, text))
        }

    async def silences(self) -> list[Silence]:
        """Return all silences, also those that are over."""
        found = await self._store.ask(self._store.redis.hvals(keys.SILENCES))
        return [one for text in found if (one := self._read(keys.SILENCES, _silence, text))]

    def _read(self, key: str, decode: Callable[[bytes], T], text: bytes) -> T | None:
        """Return a value; None for one that is not ours, which costs itself only and is said."""
        try:
            return decode(text)
        except UNREADABLE as error:
            sentence = str(self._store.not_ours(key, error))
            if sentence not in self._said:
                if len(self._said) >= MOST_SAID:
                    self._said.clear()
                self._said.add(sentence)
                log.error("%s; it is left out", sentence)  # noqa: TRY400
            return None

    async def remember(self, receivers: Sequence[Receiver]) -> None:
        """Keep how to reach receivers, also for those who are told of an end by old settings.

        One that no file has named for a week is forgotten, unless something is owed to it.
        """
        known = {one.address: _encode(one._asdict()) for one in receivers}
        arguments = ("remember", FORGET_AFTER, _pack(known))
        for address in await self._store.call(_EVALUATION, keys.PREFIX, *arguments):
            log.info("%s is forgotten: no file names it, and it is owed nothing", _text(address))


def _text(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode(errors="replace")


def _packed(change: Change) -> tuple[object, ...]:
    notices = [
        (f"{out.address}{keys.SEPARATOR}{out.group}", out.due, out.notice.id, _encode(out.notice))
        for out in change.outgoing
    ]
    version = change.before.version if change.before else NOBODYS
    after = _encode(change.after) if change.after else False
    return change.alert, version, after, notices, change.before.episode if change.before else ""
