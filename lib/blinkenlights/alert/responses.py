"""What people do about alerts, and what they look up of them: kept, and noted for all to see.

Times are seconds since the epoch.
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import TypeVar

import msgspec

from blinkenlights.alert.silence import Acknowledgement, Silence
from blinkenlights.alert.told import Letter, Told
from blinkenlights.kinds.alert import keys
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.client import StoreClient

T = TypeVar("T")
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
        await self._annotate("acknowledged", name, by, now, reason)

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
        await self._annotate("silenced", _about(made), by, start, reason)
        return made

    async def unsilence(self, name: str, by: str, now: float) -> Silence | None:
        """Take back the silence of this id; returns it, None when there is none."""
        found = [each for each in await self.silences(now) if each.id == name]
        if not found or not await self._store.ask(self._store.redis.hdel(keys.SILENCES, name)):
            return None
        await self._annotate("silenced no more", _about(found[0]), by, now, "")
        return found[0]

    async def silences(self, now: float) -> Sequence[Silence]:
        """Return all that are not over, those that end first first; what is over is forgotten."""
        texts = await self._store.ask(self._store.redis.hvals(keys.SILENCES))
        found = self._decoded(keys.SILENCES, Silence, texts)
        over = [each.id for each in found if each.end <= now]
        if over:
            await self._store.ask(self._store.redis.hdel(keys.SILENCES, *over))
        return sorted((each for each in found if each.end > now), key=lambda each: each.end)

    async def history(self, most: int) -> list[Told]:
        """Return who was told what lately, newest first."""
        return await self._listed(keys.HISTORY, Told, most)

    async def dead(self, most: int) -> list[Letter]:
        """Return what could not be delivered, newest first."""
        return await self._listed(keys.DEAD, Letter, most)

    async def _listed(self, key: str, form: type[T], most: int) -> list[T]:
        texts = await self._store.ask(self._store.redis.lrange(key, 0, most - 1))
        return self._decoded(key, form, texts)

    def _decoded(self, key: str, form: type[T], texts: Sequence[bytes]) -> list[T]:
        try:
            return [msgspec.json.decode(text, type=form) for text in texts]
        except msgspec.MsgspecError as error:
            raise self._store.not_ours(key, error) from error

    async def _annotate(self, what: str, name: str, by: str, now: float, reason: str) -> None:
        why = f": {reason}" if reason else ""
        made = Annotation(
            time=now, text=f"{what} {name}{why}", title="alert", by=by, id=token_hex(8)
        )
        await annotate(self._store, made)


def _about(silence: Silence) -> str:
    return ", ".join(f"{name}={text}" for name, text in silence.match.items())
