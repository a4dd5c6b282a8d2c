"""What somebody declares of components: that they are expected, retired or gone."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_DECLARE = Script(__package__, "declare")
_FORGET = Script(__package__, "forget")
_SCANNED = 1000


class Declared(NamedTuple):
    """A component somebody declared with `blinkenlights expect`."""

    component: str
    since: float
    minimum: int
    seen: bool


class Declarations:
    """The store, for declaring components. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def expect(self, component: str, minimum: int, now: float) -> None:
        """Declare a component with its least number of instances; takes back a retirement."""
        await self._declared("expect", component, f"{now:.3f}", minimum)

    async def retire(self, component: str, now: float) -> bool:
        """Keep what is known of a component but alarm nobody; returns whether it was known."""
        return await self._declared("retire", component, f"{now:.3f}")

    async def forget(self, components: Sequence[str]) -> list[bool]:
        """Remove everything known of some components; returns of which there was anything."""
        packed = msgspec.msgpack.encode(components)
        return [*map(bool, await self._store.call(_FORGET, heartbeat_keys.PREFIX, packed))]

    async def expected(self) -> list[Declared]:
        """Return all declared components, sorted by name."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(heartbeat_keys.EXPECTED)
        pipe.zrange(heartbeat_keys.AWAITED, 0, -1)
        declared, awaited = await self._store.ask(pipe.execute())
        never = set(awaited)
        rows = []
        for component, text in sorted(declared.items()):
            try:
                since, minimum = text.decode().split(" ")
                rows.append(
                    Declared(component.decode(), float(since), int(minimum), component not in never)
                )
            except ValueError as error:
                raise self._store.not_ours(heartbeat_keys.EXPECTED, error) from error
        return rows

    async def retired(self) -> dict[str, float]:
        """Return the retired components and when each was retired."""
        pairs = await self._store.ask(
            self._store.redis.zrange(heartbeat_keys.RETIRED, 0, -1, withscores=True)
        )
        return {component.decode(): when for component, when in pairs}

    async def components(self) -> dict[str, float | None]:
        """Return all components, heard, declared or retired -> when last seen, None if not kept."""
        known: dict[str, float | None] = dict.fromkeys(await self.retired())
        known |= dict.fromkeys(each.component for each in await self.expected())
        for interval in await self._store.ask(self._store.redis.smembers(heartbeat_keys.INTERVALS)):
            key = f"{heartbeat_keys.SEEN_BY_INTERVAL}{interval.decode()}"
            pairs = await self._store.ask(self._store.redis.zrange(key, 0, -1, withscores=True))
            known |= {component.decode(): seen for component, seen in pairs}
        return known

    async def facts(self) -> AsyncIterator[tuple[str, heartbeat_keys.Facts]]:
        """Yield all components that were ever heard, some perhaps twice, and what is known of them.

        Those whose facts cannot be read are left out.
        """
        cursor = 0
        while True:
            cursor, found = await self._store.ask(
                self._store.redis.hscan(heartbeat_keys.FACTS, cursor, count=_SCANNED)
            )
            for component, text in found.items():
                try:
                    yield component.decode(), heartbeat_keys.parse_facts(text.decode())
                except ValueError:
                    continue
            if not cursor:
                return

    async def _declared(self, *words: str | int) -> bool:
        return bool(await self._store.call(_DECLARE, heartbeat_keys.PREFIX, *words))
