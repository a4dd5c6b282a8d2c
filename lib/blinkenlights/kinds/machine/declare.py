"""What somebody declares of machines, and what another listener knew of them."""

from collections.abc import Iterable

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.declared_store import DeclaredStore
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.write import STORE, machine_row
from blinkenlights.store.script import Script

DECLARE = Script(__package__, "declare")

_AT_ONCE = 1000


class MachineStore(DeclaredStore[machine_keys.Facts]):
    """The store, for machines. All methods raise a `StoreError` that says what is wrong."""

    prefix = machine_keys.PREFIX
    declare_script = DECLARE
    forget_script = Script(__package__, "forget")

    async def known(self) -> set[str]:
        """Return all machines of which anything is known, be it by declaration."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hkeys(machine_keys.FACTS)
        pipe.hkeys(machine_keys.EXPECTED)
        pipe.hkeys(machine_keys.QUARANTINE)
        pipe.zrange(machine_keys.RETIRED, 0, -1)
        found = await self._store.ask(pipe.execute())
        return {name.decode() for names in found for name in names}

    def parse_facts(self, packed: bytes) -> machine_keys.Facts:
        """Return the facts of a machine; raises ValueError."""
        return machine_keys.parse_facts(packed.decode())

    async def quarantine(self, machine: str, now: float, until: float | None, reason: str) -> bool:
        """Alarm nobody because of a machine, until a time or for ever; whether it is known."""
        text = msgspec.json.encode({"since": now, "until": until, "reason": reason})
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hset(machine_keys.QUARANTINE, machine, text)
        pipe.hexists(machine_keys.FACTS, machine)
        pipe.hexists(machine_keys.EXPECTED, machine)
        _, heard, declared = await self._store.ask(pipe.execute())
        return bool(heard or declared)

    async def lift_quarantine(self, machine: str) -> bool:
        """End a quarantine; returns whether there was one."""
        return bool(await self._store.ask(self._store.redis.hdel(machine_keys.QUARANTINE, machine)))

    async def quarantined(self) -> list[machine_keys.Quarantine]:
        """Return all quarantines, also those that are over, sorted by machine."""
        raw = await self._store.ask(self._store.redis.hgetall(machine_keys.QUARANTINE))
        try:
            return [
                machine_keys.parse_quarantine(machine.decode(), text.decode())
                for machine, text in sorted(raw.items())
            ]
        except ValueError as error:
            raise self._store.not_ours(machine_keys.QUARANTINE, error) from error

    async def import_seen(self, seen: Iterable[tuple[str, float]]) -> int:
        """Take when machines were last seen; never moves a time back. Returns how many are newer.

        Args:
            seen: `datacenter:machine` and seconds since the epoch.
        """
        rows = [
            machine_row(MachineEvent(time, machine, "", is_alive=True, what="seen"), time, "")
            for machine, time in seen
        ]
        newer = 0
        for start in range(0, len(rows), _AT_ONCE):
            packed = msgspec.msgpack.encode(rows[start : start + _AT_ONCE])
            newer += await self._store.call(
                STORE, machine_keys.PREFIX, packed, CLOCK_TOLERANCE, machine_keys.OUTCOMES_KEPT
            )
        return newer

    async def last_seen(self) -> dict[str, float]:
        """Return when each machine that was ever seen last was, also the retired ones."""
        raw = await self._store.ask(self._store.redis.hgetall(machine_keys.FACTS))
        try:
            facts = {
                machine.decode(): machine_keys.parse_facts(text.decode())
                for machine, text in raw.items()
            }
        except ValueError as error:
            raise self._store.not_ours(machine_keys.FACTS, error) from error
        return {machine: one.seen for machine, one in facts.items() if one.seen > 0}
