"""What collectors do from time to time, at the present of a simulation."""

from blinkenlights.collector.duties import Duties
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import CollectorConfig, Config, LinesConfig, StoreConfig
from servers.simulation import Simulation


class DutifulCollector:
    """A collector of a simulation that does its duties when it is told to.

    Args:
        simulation: Has the store and the time.
        tables: Those of kinds, in the configuration.
        settings: Keys of `[collector]`.
    """

    def __init__(self, simulation: Simulation, *tables: object, **settings: int) -> None:
        self.simulation = simulation
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
        self._duties = Duties(retrying, self.names, store.settings(), self._now)
        self._duties.follow(config)

    def work(self) -> None:
        """Do what is due now."""
        self.simulation.run(self._duties.do_what_is_due())

    def _now(self) -> float:
        return self.simulation.now
