"""Clients and sources that somebody declares or forgets, and transfers that will not end."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.forgetting import AT_ONCE, Told, forget_in_portions, nobody
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_FORGET = Script(__package__, "forget")
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
_KEYS_BY_SCOPE = msgspec.msgpack.encode((_by_scope, _hashes_by_scope))


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

    async def known(self, scope: str) -> set[str]:
        """Return all clients or all sources of which anything is known, be it by declaration."""
        pipe = self._store.redis.pipeline(transaction=False)
        pipe.zrange(transfer_keys.GOOD + scope, 0, -1)
        pipe.zrange(transfer_keys.SPEEDOS_SEEN, 0, -1)
        counted, published = await self._store.ask(pipe.execute())
        mine = f"{scope}\0".encode()
        names = {each.removeprefix(mine) for each in published if each.startswith(mine)}
        return {name.decode() for name in names.union(counted)}

    async def clients_of(self, source: str) -> set[str]:
        """Return the clients that transferred for a source, and for no other."""
        found: set[str] = set()
        others: set[str] = set()
        async for pair in self._pairs():
            client, _, from_source = pair.decode().partition("\0")
            (found if from_source == source else others).add(client)
        return found - others

    async def forget(
        self, scope: str, names: Sequence[str], told: Told = nobody
    ) -> dict[str, bool]:
        """Remove everything known of clients or sources; returns of which there was anything.

        Their part in the totals of everything, and of those they had to do with, stays.
        """
        pairs = await self._pairs_of(scope, names)
        in_flight = await self._in_flight_of(scope, names)

        async def forget(portion: Sequence[str]) -> list[bool]:
            rows = [(name, pairs[name], in_flight[name]) for name in portion]
            packed = msgspec.msgpack.encode(rows)
            return [
                *map(
                    bool,
                    await self._store.call(
                        _FORGET,
                        transfer_keys.PREFIX,
                        scope,
                        packed,
                        _KEYS_BY_SCOPE,
                    ),
                )
            ]

        known = dict.fromkeys(names, True)
        await forget_in_portions(known, forget, told)
        return known

    async def is_busy(self, node: str) -> bool:
        """Return whether transfers are in flight on a node."""
        return bool(await self._in_flight_on(node))

    async def forget_node(self, node: str) -> bool:
        """Remove the transfers in flight on a node; returns whether there were any."""
        in_flight = await self._in_flight_on(node)
        for start in range(0, len(in_flight), AT_ONCE):
            await self._end(in_flight[start : start + AT_ONCE])
        return bool(in_flight)

    async def _end(self, in_flight: Sequence[bytes]) -> None:
        """Take some out of flight; that they were in flight until now stays known."""
        redis = self._store.redis
        asking = redis.pipeline(transaction=False)
        for each in in_flight:
            asking.zscore(transfer_keys.INFLIGHT, each)
        began = await self._store.ask(asking.execute())
        facts = await self._store.ask(redis.hmget(transfer_keys.INFLIGHT_FACTS, *in_flight))
        pipe = redis.pipeline(transaction=True)
        now = wall_clock()
        for each, at, text in zip(in_flight, began, facts, strict=True):
            if at is not None:
                member = b"%b\0%.3f\0%b" % (each, at, text or b"")
                pipe.zadd(transfer_keys.FLOWN, {member: round(now, 3)})
            pipe.zrem(transfer_keys.INFLIGHT, each)
            pipe.hdel(transfer_keys.INFLIGHT_FACTS, each)
            pipe.hdel(transfer_keys.INFLIGHT_AHEAD, each)
        await self._store.ask(pipe.execute())

    async def _in_flight_on(self, node: str) -> list[bytes]:
        mine = f"{node}\0".encode()
        keys = await self._store.ask(self._store.redis.zrange(transfer_keys.INFLIGHT, 0, -1))
        return [key for key in keys if key.startswith(mine)]

    async def _pairs(self) -> AsyncIterator[bytes]:
        cursor = 0
        while True:
            cursor, pairs = await self._store.ask(
                self._store.redis.hscan(transfer_keys.COUNTS + "pair", cursor, count=_SCAN)
            )
            for pair in pairs:
                yield pair
            if not cursor:
                return

    async def _pairs_of(self, scope: str, names: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in names}
        async for packed in self._pairs():
            pair = packed.decode()
            client, _, source = pair.partition("\0")
            mine = found.get(client if scope == "client" else source)
            if mine is not None:
                mine.append(pair)
        return found

    async def _in_flight_of(self, scope: str, names: Sequence[str]) -> dict[str, list[str]]:
        facts = await self._store.ask(self._store.redis.hgetall(transfer_keys.INFLIGHT_FACTS))
        at = 0 if scope == "client" else 1
        found: dict[str, list[str]] = {name: [] for name in names}
        try:
            for key, text in facts.items():
                mine = found.get(msgspec.json.decode(text)[at])
                if mine is not None:
                    mine.append(key.decode())
        except (msgspec.DecodeError, IndexError, TypeError, KeyError) as error:
            raise self._store.not_ours(transfer_keys.INFLIGHT_FACTS, error) from error
        return found
