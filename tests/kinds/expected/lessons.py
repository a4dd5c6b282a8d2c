"""Lessons of a simulation: what one interval after the other teaches, and how many were learned."""

from typing import Any

from blinkenlights.kinds.duty import Turn
from blinkenlights.kinds.expected.learning import Learner
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.registry import learnables
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import FIVE_MINUTES, kept_states
from servers.simulated_transfers import Transfers
from servers.simulation import NOW, Simulation

SINCE = NOW % FIVE_MINUTES
"""Seconds since the interval of five minutes has begun, when a simulation begins."""


def later(transfers: Transfers, seconds: float = FIVE_MINUTES) -> None:
    """Let time pass, in which transfers are heard."""
    transfers.simulation.now += seconds
    transfers.heard()


def learner_of(sort: str = "client", **table: Any) -> Learner:  # noqa: ANN401
    """Return what learns a sort of series, with keys of `[expected]`."""
    [learnable] = [each for each in learnables() if each.sort == sort]
    return Learner(ExpectedConfig(**table), learnable)


def learn(
    simulation: Simulation,
    moment: float,
    sort: str = "client",
    learner: Learner | None = None,
    **table: Any,  # noqa: ANN401
) -> None:
    """Learn one interval, as a collector does that was told to do it."""
    with StoreReader(parse_address(simulation.url), 5) as store:
        horizon = read_horizon(
            store.ask(*COMMANDS), simulation.now, "metric" if sort == "metric" else "transfer"
        )
        (learner or learner_of(sort, **table)).learn(Turn(store, horizon, moment, 100))


def rows(simulation: Simulation, name: str = "alice", sort: str = "client") -> float:
    """Return how many rows were learned of a series; 0 for none."""
    kept = kept_states(simulation, sort).get(name)
    return kept.detector.pace.rows if kept else 0
