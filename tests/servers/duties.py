"""What collectors do from time to time, at the present of a simulation."""

from blinkenlights.collector.duties import Duties
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.store_clock import StoreClock
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import CollectorConfig, Config, LinesConfig, StoreConfig
from blinkenlights.store.client import StoreClient
from servers.simulation import Simulation


class DutifulCollector:
    """A collector of a simulation that does its duties when it is told to.

    Args:
        simulation: Has the store and the time.
        tables: Those of kinds, in the configuration.
        ahead: Seconds by which its clock is ahead of that of the store.
        settings: Keys of `[collector]`.
    """

    def __init__(
        self, simulation: Simulation, *tables: object, ahead: float = 0.0, **settings: int
    ) -> None:
        self.simulation = simulation
        self._ahead = ahead
        store = StoreConfig(url=simulation.url)
        config = Config(
            store=store,
            lines=[LinesConfig(listen="unix:///run/blinkenlights/lines.sock")],
            collector=CollectorConfig(name="test", **settings),
            of_kinds=tables,  # type: ignore[arg-type]
        )
        retrying = RetryingStore(simulation.client, self._now)
        self.names = NameBounds(retrying, self._now, config)
        simulation.run(self.names.counts.refresh(simulation.client, simulation.now))
        clock = StoreClock(self._store_time)
        self._duties = Duties(retrying, self.names, store.settings(), self._now, clock)
        self._duties.follow(config)

    def work(self) -> None:
        """Do what is due now."""
        self.simulation.run(self._duties.do_what_is_due())

    async def _store_time(self, _store: StoreClient) -> float:
        return self.simulation.now

    def _now(self) -> float:
        return self.simulation.now + self._ahead
