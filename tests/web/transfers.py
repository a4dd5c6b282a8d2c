"""Transfers counted in the store of a simulation."""

from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.sums import Delivery
from servers.batches import batch_of, transfer_rows
from servers.simulation import Simulation


class Transfers:
    """Counts transfers, at times before the present of a simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._number = 0

    def count(
        self,
        client: str,
        source: str,
        *,
        age: float = 60.0,
        code: int = 201,
        size: int = 100,
        live: bool = False,
    ) -> None:
        """Count one transfer that was over `age` seconds ago."""
        now = self._simulation.now
        self._number += 1
        fact = Transfer(now - age, source, client, code, size, 0.1, "file", "", "")
        deliveries = [Delivery(fact, f"id{self._number}", again=False)]
        counting = transfer_rows("test", self._number, now, deliveries, live=live)
        self._simulation.run(self._simulation.writer.store(batch_of(transfers=counting)))
