"""Machines told of to a real store, and everything that is then known of them."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.store.address import parse_address
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.writer import StoreWriter
from servers.batches import MachineRow, batch_of
from servers.valkey import Valkey

T = TypeVar("T")

NOW = 1_790_000_000.0
NAME, POOL, OTHER_POOL = "mdc1:ms-100", "releng/linux", "releng/osx"


class Sets(NamedTuple):
    """The sorted sets that checks ask, by machine."""

    seen: dict[str, dict[str, float]]
    """By pool."""
    failing: dict[str, float]
    lost: dict[str, float]
    awaited: dict[str, float]


class Told:
    """A store, and what is told to it at `now`. Ages are seconds before `now`."""

    def __init__(self, valkey: Valkey, url: str | None = None) -> None:
        """Take a store, by the address of a certain user if need be."""
        self.valkey = valkey
        self.now = NOW
        self._runner = asyncio.Runner()
        self._writer = StoreWriter(StoreClient(url or valkey.url))
        self.store = MachineStore(StoreClient(url or valkey.url))

    def close(self) -> None:
        """Close the connections."""
        self.run(self._writer.close())
        self.run(self.store.close())
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine of the store gives."""
        return self._runner.run(work)

    def tell(self, *rows: MachineRow) -> None:
        """Store what is told as one batch."""
        self.run(self._writer.store(batch_of(machines=list(rows))))

    def task(
        self,
        what: str = "completed",
        *,
        age: float = 0.0,
        reason: str = "",
        task: str = "",
        lasted: float | None = None,
        alive: bool | None = None,
        machine: str = NAME,
        pool: str = POOL,
        received: float | None = None,
    ) -> MachineRow:
        """Return what a task came to, `age` seconds ago; it began `lasted` seconds before."""
        time = self.now - age
        fact = MachineEvent(
            time,
            machine,
            pool,
            not reason if alive is None else alive,
            what,
            reason,
            task or f"task-at-{time:.3f}/0",
            None if lasted is None else time - lasted,
        )
        receipt = max(time, self.now) if received is None else self.now - received
        return MachineRow(fact, receipt, "5eed5eed")

    def completed(self, **details: Any) -> None:  # noqa: ANN401 - those of `task`
        """Tell of one task that was completed."""
        self.tell(self.task("completed", **details))

    def failed(self, **details: Any) -> None:  # noqa: ANN401
        """Tell of one task that failed."""
        self.tell(self.task("failed", **details))

    def silent(self, **details: Any) -> None:  # noqa: ANN401
        """Tell of one task whose claim expired."""
        self.tell(self.task("exception", reason="claim-expired", **details))

    def worker(self, what: str, age: float = 0.0) -> None:
        """Tell what a worker manager did, or found the worker to do."""
        alive = what == "worker running"
        fact = MachineEvent(self.now - age, NAME, POOL, alive, what)
        self.tell(MachineRow(fact, self.now, "5eed5eed"))

    def facts(self, machine: str = NAME) -> machine_keys.Facts:
        """Return what is known of a machine."""
        with self.reader() as store:
            return machines.facts_of(store, [machine])[machine]

    @contextmanager
    def reader(self) -> Iterator[StoreReader]:
        """Give a connection as checks have it."""
        with StoreReader(parse_address(self.valkey.url), 5) as store:
            yield store

    def sets(self) -> Sets:
        """Return the sorted sets; each machine may be in one pool only."""
        client = self.valkey.client()
        pools: Any = client.smembers(machine_keys.POOLS)
        seen = {pool: self._set(machine_keys.SEEN_BY_POOL + pool) for pool in sorted(pools)}
        members = [machine for each in seen.values() for machine in each]
        assert len(members) == len(set(members))
        return Sets(
            {pool: each for pool, each in seen.items() if each},
            self._set(machine_keys.FAILING),
            self._set(machine_keys.LOST),
            self._set(machine_keys.AWAITED),
        )

    def contents(self) -> tuple[dict[str, object], Sets]:
        """Return everything that judgements come from."""
        known: Any = self.valkey.client().hgetall(machine_keys.FACTS)
        return {name: json.loads(text) for name, text in known.items()}, self.sets()

    def keys(self, machine: str = NAME) -> set[str]:
        """Return the keys, without their prefix, that hold something of a machine."""
        client = self.valkey.client()
        found = set()
        for key in client.scan_iter(machine_keys.PREFIX + "*"):
            kind = client.type(key)
            if kind == "hash" and client.hexists(key, machine):
                found.add(key)
            if kind == "zset" and client.zscore(key, machine) is not None:
                found.add(key)
        return {key.removeprefix(machine_keys.PREFIX) for key in found}

    def _set(self, key: str) -> dict[str, float]:
        pairs: Any = self.valkey.client().zrange(key, 0, -1, withscores=True)
        return dict(pairs)
