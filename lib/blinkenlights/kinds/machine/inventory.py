"""The machines that an inventory names, as expected ones."""

from collections.abc import Collection

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.declare import DECLARE
from blinkenlights.store.client import StoreClient

_AT_ONCE = 1000


class InventoryKeeper:
    """The store, for declaring what an inventory names. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def replace_inventory(self, machines: Collection[str], now: float) -> None:
        """Expect these machines, and those no more that an earlier inventory named.

        What was declared, or retired, by hand stays so.
        """
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(keys.INVENTORY)
        pipe.hgetall(keys.EXPECTED)
        pipe.zrange(keys.RETIRED, 0, -1)
        before, expected, retired = await self._store.ask(pipe.execute())
        wanted = {machine.encode() for machine in machines}
        since = f"{now:.3f}"
        await self._expect(sorted(wanted - {*expected, *retired}), since)
        gone = sorted(before.keys() - wanted)
        # One with another time was declared by hand since then.
        ours = [machine for machine in gone if expected.get(machine) == before[machine]]
        pipe = self._store.redis.pipeline(transaction=True)
        for machine in ours:
            pipe.hdel(keys.EXPECTED, machine)
            pipe.zrem(keys.AWAITED, machine)
        for machine in gone:
            pipe.hdel(keys.INVENTORY, machine)
        await self._store.ask(pipe.execute())

    async def _expect(self, machines: list[bytes], since: str) -> None:
        await self._store.ask(self._store.redis.script_load(DECLARE.text))
        for start in range(0, len(machines), _AT_ONCE):
            pipe = self._store.redis.pipeline(transaction=False)
            for machine in machines[start : start + _AT_ONCE]:
                DECLARE.queue(pipe, keys.PREFIX, "expect", machine, since)
                pipe.hset(keys.INVENTORY, machine, since)
            await self._store.ask(pipe.execute())
