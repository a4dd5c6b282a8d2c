"""What somebody declares of series: that they are expected, retired or gone."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.limits import limit_of
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_DECLARE = Script(__package__, "declare")
_FORGET = Script(__package__, "forget")
_SCANNED = 1000


class Declared(NamedTuple):
    """A series that somebody declared with `blinkenlights expect`."""

    series: str
    since: float
    seen: bool


class SeriesStore:
    """The store, for declaring series. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def expect(self, series: str, now: float) -> None:
        """Declare a series; takes back a retirement."""
        packed = await self._store.ask(self._store.redis.hget(keys.FACTS, series))
        limit = 0.0
        if packed is not None:
            try:
                limit = limit_of(keys.parse_facts(packed))
            except ValueError as error:
                raise self._store.not_ours(keys.FACTS, error) from error
        await self._declared("expect", series, f"{now:.3f}", f"{limit:.3f}")

    async def retire(self, series: str, now: float) -> bool:
        """Keep what is known of a series but alarm nobody; returns whether it was known."""
        return await self._declared("retire", series, f"{now:.3f}", "0")

    async def forget(self, series: Sequence[str]) -> list[bool]:
        """Remove everything known of some series; returns of which there was anything."""
        packed = msgspec.msgpack.encode(series)
        return [*map(bool, await self._store.call(_FORGET, keys.PREFIX, packed))]

    async def expected(self) -> list[Declared]:
        """Return all declared series, sorted by name."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(keys.EXPECTED)
        pipe.zrange(keys.AWAITED, 0, -1)
        declared, awaited = await self._store.ask(pipe.execute())
        never = set(awaited)
        try:
            return [
                Declared(series.decode(), float(since), series not in never)
                for series, since in sorted(declared.items())
            ]
        except ValueError as error:
            raise self._store.not_ours(keys.EXPECTED, error) from error

    async def retired(self) -> dict[str, float]:
        """Return the retired series and when each was retired."""
        pairs = await self._store.ask(
            self._store.redis.zrange(keys.RETIRED, 0, -1, withscores=True)
        )
        return {series.decode(): when for series, when in pairs}

    async def known(self) -> set[str]:
        """Return all series that came, were declared or retired."""
        pipe = self._store.redis.pipeline(transaction=True)
        for key in (keys.NAMES, keys.AWAITED, keys.RETIRED):
            pipe.zrange(key, 0, -1)
        return {
            series.decode() for each in await self._store.ask(pipe.execute()) for series in each
        }

    async def facts(self) -> AsyncIterator[tuple[str, keys.Facts]]:
        """Yield all series that ever came, some perhaps twice, and what is known of them.

        Those whose facts cannot be read are left out.
        """
        cursor = 0
        while True:
            cursor, found = await self._store.ask(
                self._store.redis.hscan(keys.FACTS, cursor, count=_SCANNED)
            )
            for series, packed in found.items():
                try:
                    yield series.decode(), keys.parse_facts(packed)
                except ValueError:
                    continue
            if not cursor:
                return

    async def _declared(self, *words: str) -> bool:
        return bool(await self._store.call(_DECLARE, keys.PREFIX, *words))
