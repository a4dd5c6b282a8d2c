"""What people do about alerts, and what they look up of them: kept, and noted for all to see.

Times are seconds since the epoch.
"""

import logging
from collections.abc import Mapping, Sequence
from glob import escape
from secrets import token_hex
from typing import TypeVar

import msgspec

from blinkenlights.alert.matching import matches
from blinkenlights.alert.record import Record
from blinkenlights.alert.silence import Acknowledgement, Silence
from blinkenlights.alert.told import Letter, Told
from blinkenlights.kinds.alert import keys
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.client import UNREADABLE, StoreClient

T = TypeVar("T")
log = logging.getLogger("blinkenlights.alert")
MOST_THINGS = 200
"""Things with an alert that an annotation names. 1,000 annotations are kept."""
_encode = msgspec.json.Encoder().encode


class Responses:
    """The store, for people. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def acknowledge(
        self, episode: str, name: str, by: str, now: float, *, until: float = 0.0, reason: str = ""
    ) -> None:
        """Note that somebody takes care of an alert: nobody is reminded, and nobody else told.

        Args:
            episode: Its firing; the next one is nobody's.
            name: What people call the alert.
            by: Who.
            now: The present.
            until: When that counts no more; 0 for the end of the firing.
            reason: What is done about it.
        """
        made = Acknowledgement(by=by, at=now, until=until, reason=reason)
        await self._store.ask(
            self._store.redis.hset(keys.ACKNOWLEDGED, episode, _encode(made).decode())
        )
        rule, _, thing = name.partition(": ")
        await self._annotate(
            f"acknowledged {name}", {"rule": escape(rule), "thing": escape(thing)}, by, now, reason
        )

    async def silence(
        self, match: Mapping[str, str], by: str, start: float, end: float, reason: str = ""
    ) -> Silence:
        """Let nobody be told of what begins, for a time; of what ends, everybody is.

        Raises ValueError for what would silence everything, or nothing.

        Args:
            match: Name -> text or glob, as routes have it.
            by: Who.
            start: From when on.
            end: When it is over.
            reason: Why.
        """
        if not match:
            raise ValueError("a silence has to say what it is about")
        if end <= start:
            raise ValueError("a silence has to end after it has begun")
        made = Silence(
            id=token_hex(4), match=dict(match), by=by, at=start, start=start, end=end, reason=reason
        )
        await self._store.ask(
            self._store.redis.hset(keys.SILENCES, made.id, _encode(made).decode())
        )
        await self._annotate(f"silenced {_about(made)}", made.match, by, start, reason)
        return made

    async def unsilence(self, name: str, by: str, now: float) -> Silence | None:
        """Take back the silence of this id; returns it, None when there is none."""
        found = [each for each in await self.silences(now) if each.id == name]
        if not found or not await self._store.ask(self._store.redis.hdel(keys.SILENCES, name)):
            return None
        [silence] = found
        await self._annotate(f"silenced no more {_about(silence)}", silence.match, by, now, "")
        return silence

    async def silences(self, now: float) -> Sequence[Silence]:
        """Return all that are not over, those that end first first; what is over is forgotten."""
        texts = await self._store.ask(self._store.redis.hvals(keys.SILENCES))
        found = self._decoded(keys.SILENCES, Silence, texts)
        over = [each.id for each in found if each.end <= now]
        if over:
            await self._store.ask(self._store.redis.hdel(keys.SILENCES, *over))
        return sorted((each for each in found if each.end > now), key=lambda each: each.end)

    async def history(self) -> list[Told]:
        """Return who was told what lately, newest first."""
        return await self._listed(keys.HISTORY, Told)

    async def dead(self) -> list[Letter]:
        """Return what could not be delivered, newest first."""
        return await self._listed(keys.DEAD, Letter)

    async def _listed(self, key: str, form: type[T]) -> list[T]:
        texts = await self._store.ask(self._store.redis.lrange(key, 0, -1))
        return self._decoded(key, form, texts)

    def _decoded(self, key: str, form: type[T], texts: Sequence[bytes]) -> list[T]:
        """Return what can be read; the rest is said to be not ours, and hides nothing else."""
        found: list[T] = []
        for text in texts:
            try:
                found.append(msgspec.json.decode(text, type=form))
            except UNREADABLE as error:
                log.error("%s; it is left out", self._store.not_ours(key, error))  # noqa: TRY400
        return found

    async def _annotate(
        self, what: str, match: Mapping[str, str], by: str, now: float, reason: str
    ) -> None:
        """Note it where it is seen: on the curves of the things that it is about."""
        texts = await self._store.ask(self._store.redis.hvals(keys.RECORDS))
        records = self._decoded(keys.RECORDS, Record, texts)
        things = {(each.subject, each.thing) for each in records if matches(each, match)}
        made = Annotation(
            time=now,
            text=f"{what}: {reason}" if reason else what,
            title="alert",
            by=by,
            id=token_hex(8),
            match=dict(match),
            things=sorted(things)[:MOST_THINGS],
        )
        await annotate(self._store, made)


def _about(silence: Silence) -> str:
    return ", ".join(f"{name}={text}" for name, text in silence.match.items())
