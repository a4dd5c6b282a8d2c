"""A store filled by the real writer, and asked by the real checks, at a time the test decides."""

import asyncio
import json
import shlex
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any, NamedTuple, TypeVar

import pytest

from blinkenlights.kinds.heartbeat.declare import ComponentStore
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.plugin.entry import answer
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import CollectorReport, Gap, SourceReport, source_id
from blinkenlights.store.writer import StoreWriter
from servers.bare import remove_settings
from servers.batches import Beat, batch_of
from servers.reports import a_report
from servers.valkey import Valkey

T = TypeVar("T")

NOW = 1_790_000_000.0
QUEUE = "blinkenlights.heartbeat at 127.0.0.1:5672/"
SOCKET = "unix:///run/blinkenlights/lines.sock"
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class Said(NamedTuple):
    """What a check answered."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """The word for its exit code."""
        return STATES[self.code]

    @property
    def line(self) -> str:
        """First line, without performance data."""
        return self.text.split("\n")[0].partition(" | ")[0]

    @property
    def summary(self) -> str:
        """What follows `HEARTBEAT CRITICAL: ` in the first line."""
        return self.line.partition(": ")[2]

    @property
    def details(self) -> list[str]:
        """Further lines."""
        return self.text.split("\n")[1:]

    @property
    def perfdata(self) -> dict[str, str]:
        """Label -> the rest of each item."""
        items = self.text.split("\n")[0].partition(" | ")[2].split()
        return {label: rest for label, _, rest in (item.partition("=") for item in items)}

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the object holds
        """The answer to --json."""
        return json.loads(self.text)

    def number(self, label: str) -> float:
        """Return the value of one item of the performance data, without its unit."""
        return float(self.perfdata[label].partition(";")[0].rstrip("sB%"))


class Simulation:
    """A store, a collector and its components, at `now`. Ages are seconds before `now`."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - those of StoreClient
        """Take the store at `url`; `options` are those of `StoreClient`."""
        self.url = url
        self.now = NOW
        self._runner = asyncio.Runner()
        self.client = StoreClient(url, **options)
        self.writer = StoreWriter(self.client, lambda: self.now)
        self.records = CollectorRecords(self.client)
        self.declarations = ComponentStore(self.client)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine of the writer gives."""
        return self._runner.run(work)

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self.client.close())
        self._runner.close()

    def old(self) -> None:
        """Let the store be an hour old, so that it learns no more."""
        self.run(self.records.report(self._report("collector-1", 3600.0, False, None, {})))

    def collector(
        self,
        name: str = "collector-1",
        *,
        age: float = 0.0,
        stopped: bool = False,
        sources: Iterable[SourceReport] | None = None,
        **numbers: Any,  # noqa: ANN401 - fields of the report
    ) -> None:
        """Write a collector's report, `age` seconds old, with one source that is fully stored."""
        self.run(self.records.report(self._report(name, age, stopped, sources, numbers)))

    def source(
        self,
        address: str = QUEUE,
        *,
        behind: float = 0.0,
        connected: bool = True,
        ready: int | None = 0,
        kind: str = "heartbeat",
        error: str = "",
        unused: bool = False,
    ) -> SourceReport:
        """Return what a collector says of a source that is stored up to `behind` seconds ago."""
        return SourceReport(
            source=source_id(address),
            kind=kind,
            transport="amqp" if address == QUEUE else "lines",
            address=address,
            connected=connected,
            watermark=self.now - behind,
            ready=ready,
            error=error,
            is_unused=unused,
        )

    def beat(self, component: str, **details: Any) -> None:  # noqa: ANN401 - those of `heartbeat`
        """Store one heartbeat; the arguments are those of `heartbeat`."""
        self.store(self.heartbeat(component, **details))

    def heartbeat(
        self,
        component: str,
        *,
        age: float = 0.0,
        received: float | None = None,
        interval: int = 60,
        instance: str = "",
        status: str = "",
        live: bool = True,
        source: str = QUEUE,
        extras: str | Mapping[str, object] = "{}",
    ) -> Beat:
        """Return a heartbeat whose sender wrote it `age` seconds ago by its own clock.

        Args:
            component: with its system in front.
            age: by the sender's clock.
            received: seconds before `now` at which it reached us; the same by default.
            interval: seconds between its beats.
            instance: uuid or `host:pid`.
            status: `ok`, `degraded` or `down` for a health report.
            live: whether nothing waited in its source.
            source: address of its source.
            extras: further keys.
        """
        text = extras if isinstance(extras, str) else json.dumps(extras)
        fact = Heartbeat(component, self.now - age, interval, instance, text, status)
        receipt = self.now - (age if received is None else received)
        return Beat(fact, receipt, source_id(source), live)

    def store(self, *beats: Beat) -> None:
        """Store heartbeats as one batch."""
        self.run(self.writer.store(batch_of(list(beats))))

    def gap(self, start: float, end: float, source: str = QUEUE, lost: str = "") -> None:
        """Record that a source was not heard from `start` to `end`, both seconds before `now`.

        Or that what was heard of it then, as `lost` names it, is not in the store any more.
        """
        span = Gap(
            source=source_id(source),
            start=self.now - start,
            end=self.now - end,
            reason="the broker was away",
            lost=lost,
            lost_from=self.now - start if lost else None,
            lost_to=self.now - end if lost else None,
        )
        self.run(self.records.add_gap(span))

    def expect(self, component: str, minimum: int = 1, *, age: float = 0.0) -> None:
        """Declare a component, `age` seconds ago."""
        self.run(self.declarations.expect(component, self.now - age, minimum))

    def retire(self, component: str) -> None:
        """Retire a component now."""
        self.run(self.declarations.retire(component, self.now))

    def ask(self, check: str, options: str = "") -> Said:
        """Return what a check answers now to options as they are typed in a shell."""
        return self.ask_words(check, "--redis", self.url, *shlex.split(options))

    def ask_words(self, check: str, *words: str) -> Said:
        """Return what a check answers now to exactly these words.

        It must not print anything on its way: stderr is for nobody, and stdout for the answer.
        """
        printed = StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            said = Said(*answer(check, words, lambda: self.now))
        assert printed.getvalue() == ""
        assert said.code in range(4)
        return said

    def heartbeats(self, options: str = "") -> Said:
        """Return what check_heartbeat answers now."""
        return self.ask("heartbeat", options)

    def collectors(self, options: str = "") -> Said:
        """Return what check_collector answers now."""
        return self.ask("collector", options)

    def _report(
        self,
        name: str,
        age: float,
        stopped: bool,
        sources: Iterable[SourceReport] | None,
        numbers: dict[str, Any],
    ) -> CollectorReport:
        written = self.now - age
        fields: dict[str, Any] = {
            "host": "monitoring",
            "started": written - 3600,
            "stopped": written if stopped else None,
            "stored": 1,
            "stored_per_second": 1.0,
            "memory": 1,
        }
        heard = [self.source(behind=age)] if sources is None else list(sources)
        return a_report(written, heard, name=name, **fields | numbers)


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of this machine away from the checks."""
    remove_settings(monkeypatch)


@pytest.fixture
def new_simulation(valkey: Valkey, bare_environment: None) -> Iterator[Simulation]:
    """Give a simulation whose store is empty."""
    del bare_environment
    simulation = Simulation(valkey.url)
    yield simulation
    simulation.close()


@pytest.fixture
def simulation(new_simulation: Simulation) -> Simulation:
    """Give a simulation whose store is an hour old, with a collector that runs and keeps up."""
    new_simulation.old()
    new_simulation.collector()
    return new_simulation


@pytest.fixture
def simulate(bare_environment: None) -> Iterator[Callable[..., Simulation]]:
    """Give a function that makes a simulation in a store of your own."""
    del bare_environment
    made: list[Simulation] = []

    def make(url: str, **options: Any) -> Simulation:  # noqa: ANN401 - those of StoreClient
        made.append(Simulation(url, **options))
        return made[-1]

    yield make
    for simulation in made:
        simulation.close()
