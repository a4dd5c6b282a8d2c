"""Endpoints of a simulation: the results that probers send, and what somebody declares."""

import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

import pytest

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.declare import EndpointStore
from blinkenlights.kinds.endpoint.decode import parse
from blinkenlights.kinds.endpoint.prober import decode as prober_decode
from blinkenlights.kinds.endpoint.prober.write import ProberRows
from blinkenlights.kinds.endpoint.write import EndpointRows
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.batch import Batch
from blinkenlights.store.report import SourceReport, source_id
from servers.batches import Message
from servers.simulation import SOCKET, Said, Simulation

PERIOD = 60.0
WORDS = {"g": "ok", "d": "degraded", "f": "failed"}
WHY = {"d": "time.total was 0.9, limit 0.5", "f": "json.status was 'degraded', want 'ok'"}


class SimulatedEndpoints:
    """Probed and asked about at the simulation's `now`. Ages are seconds before it."""

    def __init__(self, simulation: Simulation) -> None:
        """Take a simulation; its collector hears a socket for results, and keeps up."""
        self.simulation = simulation
        self.hear()

    @property
    def now(self) -> float:
        """The present."""
        return self.simulation.now

    def hear(self, *, age: float = 0.0, **details: Any) -> None:  # noqa: ANN401 - those of `source`
        """Let the collector report its source of results; `details` are those of `source`."""
        self.simulation.collector(age=age, sources=[self.source(**details)])

    def source(self, address: str = SOCKET, **details: Any) -> SourceReport:  # noqa: ANN401
        """Return what the collector says of a source of results."""
        return self.simulation.source(address, kind="endpoint", **details)

    def result(
        self,
        endpoint: str,
        word: str = "ok",
        *,
        age: float = 0.0,
        period: float = PERIOD,
        took: float = 0.081,
        ahead: float = 0.0,
        failures: tuple[int, int] = (1, 1),
        **details: Any,  # noqa: ANN401 - further keys of the message
    ) -> dict[str, Any]:
        """Return a result as it travels, of a probe that was over `age` seconds ago.

        Args:
            endpoint: Its key.
            word: `ok`, `degraded`, `failed` or `removed`.
            age: By the right clock.
            period: Seconds to the next one.
            took: How long the probe took.
            ahead: Seconds by which the prober's clock is ahead.
            failures: So many bad ones among so many.
            details: Further keys, which win.
        """
        ended = self.now - age + ahead
        due = round(ended - took, 3)
        message = {
            "kind": "endpoint",
            "endpoint": endpoint,
            "due": due,
            "ended": ended,
            "next": due + period,
            "timeout": 10.0,
            "result": word,
            "failures": failures,
            "prober": "berlin",
            "file": "shop.yml",
            "time": {"total": took},
        }
        why = WHY.get(word[0])
        return message | ({"reasons": [why]} if why else {}) | details

    def send(self, *messages: Mapping[str, Any], age: float = 0.0, source: str = SOCKET) -> None:
        """Store results, each as a batch of its own, which came `age` seconds ago."""
        for message in messages:
            self.send_together([message], age=age, source=source)

    def send_together(
        self, messages: Iterable[Mapping[str, Any]], *, age: float = 0.0, source: str = SOCKET
    ) -> None:
        """Store results as one batch, which came `age` seconds ago."""
        rows = EndpointRows(self._arrival(source, age))
        for message in messages:
            fact = parse(json.dumps(message).encode(), self.now - age)
            assert not isinstance(fact, Rejected), fact
            rows.add(fact, b"", "", Message())
        self.simulation.run(self.simulation.writer.store(Batch([rows], rows.counts)))

    def probed(
        self,
        endpoint: str,
        levels: str = "g",
        *,
        age: float = 0.0,
        period: float = PERIOD,
        source: str = SOCKET,
        **details: Any,  # noqa: ANN401 - those of `result`
    ) -> None:
        """Store a result for each letter, g, d or f, so that the last of them is `age` old."""
        for index, letter in enumerate(levels):
            before = age + (len(levels) - 1 - index) * period
            result = self.result(endpoint, WORDS[letter], age=before, period=period, **details)
            self.send(result, age=before, source=source)

    def removed(self, endpoint: str, *, age: float = 0.0) -> None:
        """Store that a file named an endpoint no more."""
        at = self.now - age
        self.send(
            {
                "kind": "endpoint",
                "endpoint": endpoint,
                "due": at,
                "ended": at,
                "result": "removed",
                "prober": "berlin",
            },
            age=age,
        )

    def report(
        self,
        prober: str = "berlin",
        *,
        age: float = 0.0,
        source: str = SOCKET,
        problems: Sequence[Mapping[str, Any]] = (),
        **details: Any,  # noqa: ANN401 - further keys of the message
    ) -> None:
        """Store what a prober reported of itself `age` seconds ago."""
        window = {"seconds": 300, "due": 500, "run": 500, "lag_95": 0.012, "used": 0.25}
        message = {
            "kind": "probe",
            "prober": prober,
            "timestamp": self.now - age,
            "started": self.now - 3600,
            "endpoints": 100,
            "due": 6000,
            "run": 6000,
            "capacity": 100,
            "files": 3,
            "window": window,
            "problems": problems,
        } | details
        rows = ProberRows(self._arrival(source, age))
        fact = prober_decode.parse(json.dumps(message).encode())
        assert not isinstance(fact, Rejected), fact
        rows.add(fact, b"", "", Message())
        self.simulation.run(self.simulation.writer.store(Batch([rows], rows.counts)))

    def worker(self, name: str = "w1", *, age: float = 1.0, **details: Any) -> dict[str, Any]:  # noqa: ANN401 - further keys
        """Return what a scheduler reports of a worker that it heard so many seconds before."""
        return {
            "name": name,
            "heard": self.now - age,
            "capacity": 20,
            "busy": 12,
            "run": 1200,
        } | details

    def location(
        self,
        name: str = "fra",
        workers: Sequence[Mapping[str, Any]] | None = None,
        **details: Any,  # noqa: ANN401 - further keys
    ) -> dict[str, Any]:
        """Return what a scheduler reports of a location; with one worker, unless it is said."""
        there = [self.worker()] if workers is None else workers
        capacity = sum(each["capacity"] for each in there)
        return {
            "name": name,
            "endpoints": 40,
            "capacity": capacity,
            "needed": 11.5,
            "workers": there,
        } | details

    def limited(self, name: str = "fra", *, since: float = 720.0, **details: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what is reported of a location that hit its scaling limit so long ago."""
        hit: dict[str, Any] = {
            "needed": 41.2,
            "waiting": 40,
            "limit_since": self.now - since,
            "slowest": "www.example.net/health",
            "planned": 60.0,
            "actual": 180.0,
        }
        return self.location(name, **hit | details)

    def schedule(self, *locations: Mapping[str, Any], **details: Any) -> None:  # noqa: ANN401
        """Store what a scheduler reported of locations; `details` are those of `report`."""
        waiting = sum(each.get("waiting", 0) for each in locations)
        self.report("probe-schedule", locations=locations, **{"waiting": waiting} | details)

    def facts(self, endpoint: str) -> keys.Facts:
        """Return what is known of an endpoint."""
        return keys.parse_facts(self._packed(keys.FACTS, endpoint))

    def details(self, endpoint: str) -> keys.Details:
        """Return what its last result said."""
        return keys.parse_details(self._packed(keys.DETAILS, endpoint))

    def members(self, key: str) -> dict[str, float]:
        """Return the members of a sorted set."""
        client = self.simulation.client
        pairs: Any = self.simulation.run(
            client.ask(client.redis.zrange(key, 0, -1, withscores=True))
        )
        return {name.decode(): score for name, score in pairs}

    def declare(self, work: Callable[[EndpointStore], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401
        """Return what is done with declarations gives."""
        return self.simulation.run(work(EndpointStore(self.simulation.client)))

    def expect(self, endpoint: str, *, age: float = 0.0) -> None:
        """Declare an endpoint."""
        self.declare(lambda store: store.expect(endpoint, self.now - age))

    def retire(self, endpoint: str) -> None:
        """Retire an endpoint now."""
        self.declare(lambda store: store.retire(endpoint, self.now))

    def forget(self, *endpoints: str) -> list[bool]:
        """Forget endpoints, and return of which something was known."""
        known: list[bool] = self.declare(lambda store: store.forget(endpoints))
        return known

    def ask(self, options: str = "") -> Said:
        """Return what check_endpoint answers now."""
        return self.simulation.ask("endpoint", options)

    def ask_probers(self, options: str = "") -> Said:
        """Return what check_probe answers now."""
        return self.simulation.ask("probe", options)

    def later(self, seconds: float) -> None:
        """Let time pass, in which the collector listens and nothing comes."""
        self.simulation.now += seconds
        self.hear()

    def _arrival(self, source: str, age: float) -> Arrival:
        return Arrival(source_id(source), self.now - age, live=True, session="simulated", number=1)

    def _packed(self, key: str, endpoint: str) -> str:
        client = self.simulation.client
        packed: Any = self.simulation.run(client.ask(client.redis.hget(key, endpoint)))
        return str(packed.decode())


@pytest.fixture
def endpoints(simulation: Simulation) -> SimulatedEndpoints:
    """Give endpoints in a store that is an hour old, whose collector hears of them."""
    return SimulatedEndpoints(simulation)
