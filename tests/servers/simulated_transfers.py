"""Transfers of a simulation, and what its collector says of the queue by which they come."""

import pytest

from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.handover import Limits, set_limits
from blinkenlights.kinds.transfer.sums import Delivery
from servers.batches import batch_of, transfer_rows
from servers.simulation import QUEUE, Simulation

REPORTS = "blinkenlights.transfer at 127.0.0.1:5672/"


class Transfers:
    """Counts transfers at the present of a simulation."""

    def __init__(self, simulation: Simulation) -> None:
        """Let its collector hear heartbeats and transfers."""
        self.simulation = simulation
        self._number = 0
        self.heard()

    def heard(self, *, behind: float = 0.0, connected: bool = True) -> None:
        """Say up to when transfers are stored."""
        source = self.simulation.source(
            REPORTS, kind="transfer", behind=behind, connected=connected
        )
        self.simulation.collector(sources=[self.simulation.source(QUEUE), source])

    def over(
        self,
        client: str,
        *ages: float,
        code: int = 201,
        source: str = "metpx",
        size: int = 100,
        live: bool = False,
        again: bool = False,
    ) -> None:
        """Count transfers that were over so many seconds ago."""
        facts = [
            Transfer(self.simulation.now - age, source, client, code, size, None, "file", "", "")
            for age in ages
        ]
        self._number += 1
        deliveries = [
            Delivery(fact, f"{self._number} {place}", again=again)
            for place, fact in enumerate(facts)
        ]
        counting = transfer_rows("test", self._number, self.simulation.now, deliveries, live=live)
        self.simulation.run(self.simulation.writer.store(batch_of(transfers=counting)))

    def begun(self, node: str, name: str, age: float) -> None:
        """Let a transfer be in flight since so many seconds."""
        self._number += 1
        started = [Started(self.simulation.now - age, "metpx", "x", node, name, name)]
        counting = transfer_rows("test", self._number, self.simulation.now, started=started)
        self.simulation.run(self.simulation.writer.store(batch_of(transfers=counting)))

    def limits(self, **given: float) -> None:
        """Configure limits of the client `alice`."""
        fields: dict[str, float | None] = {"deadline": None, "min_rate": None, "max_errors": None}
        limits = [Limits("alice", "", **(fields | given))]
        self.simulation.run(set_limits(self.simulation.client, limits))


@pytest.fixture
def transfers(simulation: Simulation) -> Transfers:
    """Give a store without transfers, that hears them."""
    return Transfers(simulation)
