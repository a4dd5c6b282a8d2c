"""Series of a simulation: the events that come of them, and what somebody declares."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from math import nan
from typing import Any

import pytest

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.declare import SeriesStore
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.identity import series_of
from blinkenlights.kinds.metric.write import MetricRows
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store import layout
from blinkenlights.store.batch import Batch
from blinkenlights.store.report import SourceReport, source_id
from servers.batches import Message
from servers.simulation import SOCKET, Said, Simulation


async def _nothing_new() -> None:
    """Ask the broker, which still takes us for who has the messages."""


class SimulatedMetrics:
    """Told of and asked about at the simulation's `now`. Ages are seconds before it."""

    def __init__(self, simulation: Simulation) -> None:
        """Take a simulation; its collector hears a socket for metrics, and keeps up."""
        self.simulation = simulation
        self._number = 0
        self.hear()

    @property
    def now(self) -> float:
        """The present."""
        return self.simulation.now

    def hear(self, *, age: float = 0.0, **details: Any) -> None:  # noqa: ANN401 - those of `source`
        """Let the collector report its source of metrics; `details` are those of `source`."""
        self.simulation.collector(age=age, sources=[self.source(**details)])

    def source(self, address: str = SOCKET, **details: Any) -> SourceReport:  # noqa: ANN401
        """Return what the collector says of a source of metrics."""
        return self.simulation.source(address, kind="metric", **details)

    def event(
        self,
        name: str,
        value: float = nan,
        *,
        age: float = 0.0,
        host: str = "",
        tags: dict[str, str] | None = None,
        ends: str = "",
        **details: Any,  # noqa: ANN401 - those of `Event`
    ) -> Event:
        """Return an event that was `age` seconds ago by its sender's clock."""
        series = series_of(name, host, tags or {})
        return Event(series, self.now - age, value, ends=ends, **details)

    def send(
        self,
        *events: Event,
        age: float | None = None,
        live: bool = True,
        source: str = SOCKET,
        again: bool = False,
    ) -> None:
        """Store events as one batch, which came `age` seconds ago; by default with the newest."""
        newest = max(each.event for each in events)
        receipt = newest if age is None else self.now - age
        self._number += 1
        arrival = Arrival(
            source_id(source),
            receipt,
            live=live,
            session="simulated",
            number=self._number,
            ask_broker=_nothing_new,
        )
        rows = MetricRows(arrival)
        for each in events:
            body = f"{each.event} {each.value}".encode()
            rows.add(each, body, "", Message(redelivered=again))
        self.simulation.run(self.simulation.writer.store(Batch([rows], rows.counts)))

    def series(
        self,
        name: str,
        values: Sequence[float],
        *,
        every: float = 10.0,
        age: float = 0.0,
        **details: Any,  # noqa: ANN401 - those of `event`
    ) -> None:
        """Send values one by one, so that the last of them comes `age` ago, by default now."""
        for index, value in enumerate(values):
            before = (len(values) - 1 - index) * every
            self.send(self.event(name, value, age=age + before, **details))

    def run(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever it answers
        """Return what the store answers."""
        client = self.simulation.client
        return self.simulation.run(client.ask(ask(client.redis)))

    def counted(self, name: str) -> int:
        """Return a counter of the collector."""
        return int(self.run(lambda redis: redis.hget(layout.COUNTERS, name)) or 0)

    def facts(self, series: str) -> keys.Facts:
        """Return what is known of a series."""
        packed: Any = self.run(lambda redis: redis.hget(keys.FACTS, series))
        return keys.parse_facts(packed)

    def expect(self, series: str, *, age: float = 0.0) -> None:
        """Declare a series."""
        self.declare(lambda store: store.expect(series, self.now - age))

    def retire(self, series: str, *, age: float = 0.0) -> None:
        """Retire a series."""
        self.declare(lambda store: store.retire(series, self.now - age))

    def declare(self, work: Callable[[SeriesStore], Coroutine[Any, Any, object]]) -> Any:  # noqa: ANN401
        """Return what is done with declarations gives."""
        return self.simulation.run(work(SeriesStore(self.simulation.client)))

    def ask(self, options: str = "") -> Said:
        """Return what check_metric answers now."""
        return self.simulation.ask("metric", options)

    def later(self, seconds: float) -> None:
        """Let time pass, in which the collector listens and nothing comes."""
        self.simulation.now += seconds
        self.hear()


@pytest.fixture
def metrics(simulation: Simulation) -> SimulatedMetrics:
    """Give series in a store that is an hour old, whose collector hears of them."""
    return SimulatedMetrics(simulation)
