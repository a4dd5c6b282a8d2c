"""Machines of a simulation: what a queue tells of them, and what somebody declares."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.handover import PoolLimits, set_pool_limits
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import SourceReport, source_id
from servers.batches import MachineRow, batch_of
from servers.simulation import Said, Simulation

PULSE = "queue/relops/releng-hardware at pulse.mozilla.org:5671/"
OSX = "releng-hardware/gecko-t-osx-1014"
LINUX = "releng-hardware/gecko-t-linux-talos"


class SimulatedMachines:
    """Told of and asked about at the simulation's `now`. Ages are seconds before it."""

    def __init__(self, simulation: Simulation) -> None:
        """Take a simulation; its collector hears the queue of Taskcluster and keeps up."""
        self.simulation = simulation
        self.hear()

    def hear(self, *, age: float = 0.0, **details: Any) -> None:  # noqa: ANN401 - those of `source`
        """Let the collector report its source of machines; `details` are those of `source`."""
        self.simulation.collector(age=age, sources=[self.source(**details)])

    def source(self, address: str = PULSE, **details: Any) -> SourceReport:  # noqa: ANN401
        """Return what the collector says of a source of machines."""
        return self.simulation.source(address, kind="machine", **details)

    def told(
        self,
        machine: str,
        what: str = "completed",
        *,
        age: float,
        pool: str = OSX,
        reason: str = "",
        task: str = "",
        started: float | None = None,
        alive: bool | None = None,
        source: str = PULSE,
    ) -> None:
        """Store what was told of one machine `age` seconds ago.

        Args:
            machine: `datacenter:machine`.
            what: As in `MachineEvent`.
            age: How long ago it was.
            pool: Its worker pool.
            reason: As in `MachineEvent`.
            task: Id and run; one of its own for each moment by default.
            started: How long ago the run began.
            alive: Whether it did that itself; by default it did, unless there is a reason.
            source: Address of the source.
        """
        now = self.simulation.now
        fact = MachineEvent(
            now - age,
            machine,
            pool,
            not reason if alive is None else alive,
            what,
            reason,
            task or f"task{age:.0f}/0",
            None if started is None else now - started,
        )
        row = MachineRow(fact, now - age, source_id(source))
        self.simulation.run(self.simulation.writer.store(batch_of(machines=[row])))

    def failed(self, machine: str, *words: str, age: float, pool: str = OSX) -> None:
        """Let tasks fail one after the other, the last one `age` ago, a minute between two.

        Each word is `failed` or the reason of an exception that the machine itself reports.
        """
        for back, word in enumerate(reversed(words)):
            if word == "failed":
                self.told(machine, "failed", age=age + 60 * back, pool=pool)
            else:
                self.told(
                    machine, "exception", age=age + 60 * back, pool=pool, reason=word, alive=True
                )

    def lost(self, machine: str, *, age: float, pool: str = OSX) -> None:
        """Let a claim of a machine expire."""
        self.told(machine, "exception", age=age, pool=pool, reason="claim-expired")

    def limits(self, *limits: PoolLimits) -> None:
        """Demand something of pools, as the configuration does."""
        self.simulation.run(set_pool_limits(self.simulation.client, limits))

    def expect(self, machine: str, *, age: float = 0.0) -> None:
        """Declare a machine."""
        self._declare(lambda store: store.expect(machine, self.simulation.now - age))

    def retire(self, machine: str, *, age: float = 0.0) -> None:
        """Retire a machine."""
        self._declare(lambda store: store.retire(machine, self.simulation.now - age))

    def quarantine(
        self, machine: str, *, age: float = 0.0, left: float | None = None, reason: str = ""
    ) -> None:
        """Put a machine into quarantine, for `left` seconds from now or for ever."""
        now = self.simulation.now
        until = None if left is None else now + left
        self._declare(lambda store: store.quarantine(machine, now - age, until, reason))

    def imported(self, machine: str, *, age: float) -> None:
        """Import when a machine was last seen."""
        seen = (machine, self.simulation.now - age)
        self._declare(lambda store: store.import_seen([seen]))

    def ask(self, options: str = "") -> Said:
        """Return what check_machine answers now."""
        return self.simulation.ask("machine", options)

    def _declare(self, work: Callable[[MachineStore], Coroutine[Any, Any, object]]) -> None:
        async def done() -> None:
            store = MachineStore(StoreClient(self.simulation.url))
            try:
                await work(store)
            finally:
                await store.close()

        self.simulation.run(done())


def pool_limits(
    pool: str = "*",
    *,
    warning: float | None = None,
    critical: float | None = None,
    minimum: int | None = None,
    failing: int | None = None,
) -> PoolLimits:
    """Return what is demanded of pools."""
    return PoolLimits(pool, warning, critical, minimum, failing)


@pytest.fixture
def machines(simulation: Simulation) -> SimulatedMachines:
    """Give machines in a store that is an hour old, whose collector hears of them."""
    return SimulatedMachines(simulation)
