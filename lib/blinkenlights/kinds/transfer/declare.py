"""Clients and sources that somebody declares or forgets, and transfers that will not end."""

from typing import NamedTuple

import msgspec

from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store.client import StoreClient

_SCAN = 5_000
_by_scope = (
    transfer_keys.GOOD,
    transfer_keys.BAD,
    transfer_keys.OVERDUE,
    transfer_keys.RECEIVED,
    transfer_keys.SPEEDO + "due:",
)
"""Sorted sets `<prefix><scope>`, with names as members."""
_hashes_by_scope = (
    transfer_keys.COUNTS,
    transfer_keys.SPEEDO + "published:",
    transfer_keys.SPEEDO + "pending:",
)


class ExpectedFlow(NamedTuple):
    """A client or source that somebody declared."""

    scope: str
    name: str
    since: float
    """When, seconds since the epoch."""
    seen: bool
    """Whether anything was ever counted of it."""


class FlowStore:
    """The store, for declaring and forgetting. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def expect(self, scope: str, name: str, now: float) -> bool:
        """Declare a client or a source; returns whether it was known already.

        One that never had a good transfer is at zero for every check, from now on.
        """
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.zadd(transfer_keys.GOOD + scope, {name: 0}, nx=True)
        pipe.hset(transfer_keys.EXPECTED, f"{scope}\0{name}", f"{now:.3f}")
        is_new, _ = await self._store.ask(pipe.execute())
        return not is_new

    async def expected(self) -> list[ExpectedFlow]:
        """Return who is declared, by scope and name."""
        declared = await self._store.ask(self._store.redis.hgetall(transfer_keys.EXPECTED))
        found = []
        for field, since in sorted(declared.items()):
            scope, _, name = field.decode().partition("\0")
            is_counted = await self._store.ask(
                self._store.redis.hexists(transfer_keys.COUNTS + scope, name)
            )
            found.append(ExpectedFlow(scope, name, float(since), bool(is_counted)))
        return found

    async def is_known(self, scope: str, name: str) -> bool:
        """Return whether anything is known of a client or a source, be it by declaration."""
        return (
            await self._store.ask(self._store.redis.zscore(transfer_keys.GOOD + scope, name))
            is not None
        )

    async def forget(self, scope: str, name: str) -> bool:
        """Remove everything known of a client or a source; returns whether there was anything.

        Its part in the totals of everything, and of those it had to do with, stays.
        """
        pairs = await self._pairs_of(scope, name)
        in_flight = await self._in_flight_of(scope, name)
        # Field by field: the right to delete keys is one that our users are better without.
        history = f"{transfer_keys.HISTORY}{scope}:{name}"
        periods = await self._store.ask(self._store.redis.hkeys(history))
        pipe = self._store.redis.pipeline(transaction=True)
        for where, names in ((scope, [name.encode()]), ("pair", pairs)):
            for each in names:
                for key in _by_scope:
                    pipe.zrem(key + where, each)
                for key in _hashes_by_scope:
                    pipe.hdel(key + where, each)
        if periods:
            pipe.hdel(history, *periods)
        pipe.hdel(transfer_keys.EXPECTED, f"{scope}\0{name}")
        pipe.hdel(transfer_keys.SPEEDOS, f"{scope}\0{name}")
        pipe.zrem(transfer_keys.SPEEDOS_SEEN, f"{scope}\0{name}")
        for each in in_flight:
            pipe.zrem(transfer_keys.INFLIGHT, each)
            pipe.hdel(transfer_keys.INFLIGHT_FACTS, each)
        return any(await self._store.ask(pipe.execute()))

    async def is_busy(self, node: str) -> bool:
        """Return whether transfers are in flight on a node."""
        return bool(await self._in_flight_on(node))

    async def forget_node(self, node: str) -> bool:
        """Remove the transfers in flight on a node; returns whether there were any."""
        in_flight = await self._in_flight_on(node)
        pipe = self._store.redis.pipeline(transaction=True)
        for each in in_flight:
            pipe.zrem(transfer_keys.INFLIGHT, each)
            pipe.hdel(transfer_keys.INFLIGHT_FACTS, each)
        await self._store.ask(pipe.execute())
        return bool(in_flight)

    async def _in_flight_on(self, node: str) -> list[bytes]:
        mine = f"{node}\0".encode()
        keys = await self._store.ask(self._store.redis.zrange(transfer_keys.INFLIGHT, 0, -1))
        return [key for key in keys if key.startswith(mine)]

    async def _pairs_of(self, scope: str, name: str) -> list[bytes]:
        found = []
        mine = name.encode()
        cursor = 0
        while True:
            cursor, pairs = await self._store.ask(
                self._store.redis.hscan(transfer_keys.COUNTS + "pair", cursor, count=_SCAN)
            )
            for pair in pairs:
                client, _, source = pair.partition(b"\0")
                if mine == (client if scope == "client" else source):
                    found.append(pair)
            if not cursor:
                return found

    async def _in_flight_of(self, scope: str, name: str) -> list[bytes]:
        facts = await self._store.ask(self._store.redis.hgetall(transfer_keys.INFLIGHT_FACTS))
        at = 0 if scope == "client" else 1
        try:
            return [key for key, text in facts.items() if msgspec.json.decode(text)[at] == name]
        except (msgspec.DecodeError, IndexError, TypeError, KeyError) as error:
            raise self._store.not_ours(transfer_keys.INFLIGHT_FACTS, error) from error
