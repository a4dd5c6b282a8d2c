"""What a collector does from time to time, by a real one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from blinkenlights.clock import wall_clock
from blinkenlights.config import Config, LinesConfig
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.derived_settings import DerivedConfig
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.write import MetricRows
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.batch import Batch
from collector.running import RunningCollector, Stored, config
from servers.batches import Message
from servers.simulation import Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


@pytest.fixture
def settings(valkey: Valkey, tmp_path: Path) -> Config:
    """Give a configuration that derives something."""
    source = LinesConfig(listen=f"unix://{tmp_path}/s")
    table = DerivedConfig(name="all.size", of="*.size", figure="max", every=10)
    return replace(config(valkey.url, lines=[source]), of_kinds=(table,))


@pytest.fixture
def derived(valkey: Valkey) -> Callable[[], float | None]:
    """Give the newest value of what is derived."""
    client = valkey.client(decode_responses=False)

    def newest() -> float | None:
        packed: Any = client.hget(keys.FACTS, "all.size")
        return None if packed is None else keys.parse_facts(packed).value

    return newest


Derived = Callable[[], float | None]


def has_come(simulation: Simulation, value: float) -> None:
    """Store a point of half a minute ago."""
    event = wall_clock() - 30
    rows = MetricRows(Arrival("5eed5eed", event, live=True, session="", number=0))
    rows.add(Event("a.size", event, value), b"", "", Message())
    simulation.run(simulation.writer.store(Batch([rows])))


def test_a_collector_makes_what_is_derived(
    new_simulation: Simulation, settings: Config, collect: Collect, derived: Derived
) -> None:
    """By itself, and what a reload brings as well."""
    has_come(new_simulation, 7)

    running = collect(replace(settings, of_kinds=()))
    running.reload(settings)

    wait_until(lambda: derived() == 7, "the derived point", 30)


def test_a_duty_that_fails_stops_nothing(  # noqa: PLR0917 - fixtures
    new_simulation: Simulation,
    settings: Config,
    collect: Collect,
    stored: Stored,
    derived: Derived,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log has it once, and the collector and other duties go on."""
    has_come(new_simulation, 7)
    bad = DerivedConfig(name="bad", of="*.size", figure="max", every=10)
    monkeypatch.setattr(
        "blinkenlights.kinds.metric.derived.Number",
        lambda name, *rest: 1 / 0 if name == "bad" else Number(name, *rest),
    )

    collect(replace(settings, of_kinds=(bad, *settings.of_kinds)))

    wait_until(lambda: derived() == 7, "the other duty", 30)
    stored.wait_until_caught_up()
    assert caplog.text.count("our own code failed on derived:bad") == 1
