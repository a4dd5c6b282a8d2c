"""What somebody declares of machines, and what another listener knew of them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.write import STORE, machine_row
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

DECLARE = Script(__package__, "declare")
_FORGET = Script(__package__, "forget")

_AT_ONCE = 1000


class DeclaredMachine(NamedTuple):
    """A machine that is expected."""

    machine: str
    since: float
    seen: bool


class MachineStore:
    """The store, for machines. All methods raise a `StoreError` that says what is wrong."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def expect(self, machine: str, now: float) -> None:
        """Declare a machine; takes back a retirement."""
        await self._declared("expect", machine, now)

    async def retire(self, machine: str, now: float) -> bool:
        """Keep what is known of a machine but alarm nobody; returns whether it was known."""
        return await self._declared("retire", machine, now)

    async def forget(self, machines: Sequence[str]) -> list[bool]:
        """Remove everything known of some machines; returns of which there was anything."""
        packed = msgspec.msgpack.encode(machines)
        return [*map(bool, await self._store.call(_FORGET, machine_keys.PREFIX, packed))]

    async def known(self) -> set[str]:
        """Return all machines of which anything is known, be it by declaration."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hkeys(machine_keys.FACTS)
        pipe.hkeys(machine_keys.EXPECTED)
        pipe.hkeys(machine_keys.QUARANTINE)
        pipe.zrange(machine_keys.RETIRED, 0, -1)
        found = await self._store.ask(pipe.execute())
        return {name.decode() for names in found for name in names}

    async def facts(self) -> AsyncIterator[tuple[str, machine_keys.Facts]]:
        """Yield all machines that were ever told of, some perhaps twice, and what is known of them.

        Those whose facts cannot be read are left out.
        """
        cursor = 0
        while True:
            cursor, found = await self._store.ask(
                self._store.redis.hscan(machine_keys.FACTS, cursor, count=_AT_ONCE)
            )
            for machine, text in found.items():
                try:
                    yield machine.decode(), machine_keys.parse_facts(text.decode())
                except ValueError:
                    continue
            if not cursor:
                return

    async def expected(self) -> list[DeclaredMachine]:
        """Return all declared machines, sorted by name."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(machine_keys.EXPECTED)
        pipe.zrange(machine_keys.AWAITED, 0, -1)
        declared, awaited = await self._store.ask(pipe.execute())
        never = set(awaited)
        try:
            return [
                DeclaredMachine(machine.decode(), float(since), machine not in never)
                for machine, since in sorted(declared.items())
            ]
        except ValueError as error:
            raise self._store.not_ours(machine_keys.EXPECTED, error) from error

    async def retired(self) -> dict[str, float]:
        """Return the retired machines and when each was retired."""
        pairs = await self._store.ask(
            self._store.redis.zrange(machine_keys.RETIRED, 0, -1, withscores=True)
        )
        try:
            return {machine.decode(): when for machine, when in pairs}
        except ValueError as error:
            raise self._store.not_ours(machine_keys.RETIRED, error) from error

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

    async def _declared(self, verb: str, machine: str, now: float) -> bool:
        arguments = (verb, machine, f"{now:.3f}")
        return bool(await self._store.call(DECLARE, machine_keys.PREFIX, *arguments))
