"""The machines that an inventory names, as expected ones."""

from collections.abc import Collection
from typing import Any

from blinkenlights.kinds.heartbeat.declare import Declarations
from blinkenlights.kinds.machine import keys
from blinkenlights.store.script import Script

_AT_ONCE = 1000


class InventoryKeeper(Declarations):
    """The store, for declaring what an inventory names."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - those of StoreClient
        """Prepare a client; the arguments are those of `StoreClient`."""
        super().__init__(url, **options)
        self._declare_machine = Script(__package__, "declare")

    async def replace_inventory(self, machines: Collection[str], now: float) -> None:
        """Expect these machines, and those no more that an earlier inventory named.

        What was declared, or retired, by hand stays so.
        """
        pipe = self._redis.pipeline(transaction=True)
        pipe.hgetall(keys.INVENTORY)
        pipe.hgetall(keys.EXPECTED)
        pipe.zrange(keys.RETIRED, 0, -1)
        before, expected, retired = await self._ask(pipe.execute())
        wanted = {machine.encode() for machine in machines}
        since = f"{now:.3f}"
        await self._expect(sorted(wanted - {*expected, *retired}), since)
        gone = sorted(before.keys() - wanted)
        # One with another time was declared by hand since then.
        ours = [machine for machine in gone if expected.get(machine) == before[machine]]
        pipe = self._redis.pipeline(transaction=True)
        for machine in ours:
            pipe.hdel(keys.EXPECTED, machine)
            pipe.zrem(keys.AWAITED, machine)
        for machine in gone:
            pipe.hdel(keys.INVENTORY, machine)
        await self._ask(pipe.execute())

    async def _expect(self, machines: list[bytes], since: str) -> None:
        await self._ask(self._redis.script_load(self._declare_machine.text))
        for start in range(0, len(machines), _AT_ONCE):
            pipe = self._redis.pipeline(transaction=False)
            for machine in machines[start : start + _AT_ONCE]:
                self._declare_machine.queue(pipe, keys.PREFIX, "expect", machine, since)
                pipe.hset(keys.INVENTORY, machine, since)
            await self._ask(pipe.execute())
