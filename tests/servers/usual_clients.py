"""Clients of whom it was learned what is usual, in the store of a simulation."""

from kinds.expected.learned import configure, put, usual
from servers.simulated_transfers import Transfers
from servers.simulation import Said, Simulation

SINCE_MINUTE = 20
EXPECTED = "expected 20 to 27/min at this hour (2 weeks, 36 samples)"


class Clients:
    """Clients of a store that has learned what is usual; some 25 a minute are at this hour."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.transfers = Transfers(simulation)
        configure(simulation)

    def learned(self, name: str, **how: float) -> None:
        """Let it be learned what is usual for a client."""
        put(self.simulation, name, usual(self.simulation.now, **how))  # type: ignore[arg-type]

    def move(self, name: str, per_minute: float, minutes: int = 30, before: int = 0) -> None:
        """Let so many go through in each of the last whole minutes, or of those before some."""
        number = round(per_minute * minutes)
        ages = [
            SINCE_MINUTE + 60 * before + (place + 0.5) * 60 * minutes / number
            for place in range(number)
        ]
        if ages:
            self.transfers.over(name, *ages)

    def ask(self, options: str = "") -> Said:
        """Return what the check answers."""
        return self.simulation.ask("expected_rate", options)
