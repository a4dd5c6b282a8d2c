"""Clients and sources that somebody declares or forgets."""

import msgspec

from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient

_SCAN = 5_000
_by_scope = (layout.GOOD, layout.BAD, layout.OVERDUE, layout.SPEEDO + "due:")
"""Sorted sets `<prefix><scope>`, with names as members."""
_hashes_by_scope = (layout.COUNTS, layout.SPEEDO + "published:", layout.SPEEDO + "pending:")


class FlowStore(StoreClient):
    """The store, for declaring and forgetting. All methods raise a `StoreError`."""

    async def expect(self, scope: str, name: str) -> bool:
        """Declare a client or a source; returns whether it was known already.

        One that never had a good transfer is at zero for every check, from now on.
        """
        return not await self._ask(self._redis.zadd(layout.GOOD + scope, {name: 0}, nx=True))

    async def forget(self, scope: str, name: str) -> bool:
        """Remove everything known of a client or a source; returns whether there was anything.

        Its part in the totals of everything, and of those it had to do with, stays.
        """
        pairs = await self._pairs_of(scope, name)
        in_flight = await self._in_flight_of(scope, name)
        # Field by field: the right to delete keys is one that our users are better without.
        history = f"{layout.HISTORY}{scope}:{name}"
        periods = await self._ask(self._redis.hkeys(history))
        pipe = self._redis.pipeline(transaction=True)
        for where, names in ((scope, [name.encode()]), ("pair", pairs)):
            for each in names:
                for key in _by_scope:
                    pipe.zrem(key + where, each)
                for key in _hashes_by_scope:
                    pipe.hdel(key + where, each)
        if periods:
            pipe.hdel(history, *periods)
        pipe.hdel(layout.SPEEDOS, f"{scope}\0{name}")
        pipe.zrem(layout.SPEEDOS_SEEN, f"{scope}\0{name}")
        for each in in_flight:
            pipe.zrem(layout.INFLIGHT, each)
            pipe.hdel(layout.INFLIGHT_FACTS, each)
        return any(await self._ask(pipe.execute()))

    async def _pairs_of(self, scope: str, name: str) -> list[bytes]:
        found = []
        mine = name.encode()
        cursor = 0
        while True:
            cursor, pairs = await self._ask(
                self._redis.hscan(layout.COUNTS + "pair", cursor, count=_SCAN)
            )
            for pair in pairs:
                client, _, source = pair.partition(b"\0")
                if mine == (client if scope == "client" else source):
                    found.append(pair)
            if not cursor:
                return found

    async def _in_flight_of(self, scope: str, name: str) -> list[bytes]:
        facts = await self._ask(self._redis.hgetall(layout.INFLIGHT_FACTS))
        at = 0 if scope == "client" else 1
        try:
            return [key for key, text in facts.items() if msgspec.json.decode(text)[at] == name]
        except (msgspec.DecodeError, IndexError, TypeError, KeyError) as error:
            raise self._not_ours(layout.INFLIGHT_FACTS, error) from error
