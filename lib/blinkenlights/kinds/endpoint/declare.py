"""What somebody declares of endpoints: that they are expected, retired or forgotten."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.endpoint import keys
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_DECLARE = Script(__package__, "declare")
_FORGET = Script(__package__, "forget")
_SCANNED = 1000


class Declared(NamedTuple):
    """An endpoint that somebody declared with `blinkenlights expect`."""

    endpoint: str
    since: float
    seen: bool


class EndpointStore:
    """The store, for declaring endpoints. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def expect(self, endpoint: str, now: float) -> None:
        """Declare an endpoint; takes back a retirement."""
        await self._declared("expect", endpoint, now)

    async def retire(self, endpoint: str, now: float) -> bool:
        """Keep what is known of an endpoint but alarm nobody; returns whether it was known."""
        return await self._declared("retire", endpoint, now)

    async def forget(self, endpoints: Sequence[str]) -> list[bool]:
        """Remove everything known of some endpoints; returns of which there was anything."""
        packed = msgspec.msgpack.encode(endpoints)
        return [*map(bool, await self._store.call(_FORGET, keys.PREFIX, packed))]

    async def expected(self) -> list[Declared]:
        """Return all declared endpoints, sorted by name."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(keys.EXPECTED)
        pipe.zrange(keys.AWAITED, 0, -1)
        declared, awaited = await self._store.ask(pipe.execute())
        never = set(awaited)
        try:
            return [
                Declared(endpoint.decode(), float(since), endpoint not in never)
                for endpoint, since in sorted(declared.items())
            ]
        except ValueError as error:
            raise self._store.not_ours(keys.EXPECTED, error) from error

    async def retired(self) -> dict[str, float]:
        """Return the retired endpoints and when each was retired."""
        pairs = await self._store.ask(
            self._store.redis.zrange(keys.RETIRED, 0, -1, withscores=True)
        )
        return {endpoint.decode(): when for endpoint, when in pairs}

    async def known(self) -> set[str]:
        """Return all endpoints that were probed, declared or retired."""
        pipe = self._store.redis.pipeline(transaction=True)
        for key in (keys.NAMES, keys.AWAITED, keys.RETIRED):
            pipe.zrange(key, 0, -1)
        return {name.decode() for each in await self._store.ask(pipe.execute()) for name in each}

    async def facts(self) -> AsyncIterator[tuple[str, keys.Facts]]:
        """Yield all endpoints that were ever probed, some perhaps twice, and what is known of them.

        Those whose facts cannot be read are left out.
        """
        cursor = 0
        while True:
            cursor, found = await self._store.ask(
                self._store.redis.hscan(keys.FACTS, cursor, count=_SCANNED)
            )
            for endpoint, text in found.items():
                try:
                    yield endpoint.decode(), keys.parse_facts(text.decode())
                except ValueError:
                    continue
            if not cursor:
                return

    async def _declared(self, verb: str, endpoint: str, now: float) -> bool:
        return bool(await self._store.call(_DECLARE, keys.PREFIX, verb, endpoint, f"{now:.3f}"))
