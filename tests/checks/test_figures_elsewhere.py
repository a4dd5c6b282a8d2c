"""What others make of our performance data: Perl's Monitoring::Plugin and Icinga 2."""

from collections.abc import Callable

import pytest

from servers.perfdata import read_by_icinga, read_by_perl
from servers.simulation import Said, Simulation

Ask = Callable[[Simulation], Said]

CASES: list[tuple[str, Ask]] = [
    ("ok", lambda simulation: simulation.heartbeats("--name alive")),
    ("warning", lambda simulation: simulation.heartbeats("--name late")),
    ("critical", lambda simulation: simulation.heartbeats("-v")),
    ("nothing-asked-for", lambda simulation: simulation.heartbeats("--name nobody")),
    ("ranges", lambda simulation: simulation.heartbeats("-w @0.00001:1m -c ~:1w")),
    ("values", lambda simulation: simulation.heartbeats("--value 'queue depth' -w 5 -c ~:1000")),
    ("collector", lambda simulation: simulation.collectors("--backlog-critical 10:100")),
    ("blind", lambda simulation: after(simulation).heartbeats()),
    ("collector-down", lambda simulation: after(simulation).collectors()),
]


def after(simulation: Simulation) -> Simulation:
    """Let so much time pass that the collector counts as dead."""
    simulation.now += 100
    return simulation


@pytest.mark.parametrize("ask", [ask for _, ask in CASES], ids=[name for name, _ in CASES])
def test_every_item_is_read_by_others(simulation: Simulation, ask: Ask) -> None:
    """Each item is read with its label, its value and its unit, and nothing is left over."""
    simulation.beat("alive", age=1.5, extras={"queue depth": 0.1 + 0.2})
    simulation.beat("late", age=100, extras={"queue depth": 1e-05})
    simulation.beat("'silent' | a=1", age=1000, extras={"queue depth": 1e22})
    simulation.beat("日本", age=1000, extras={"queue depth": -7})

    said = ask(simulation)

    text = " ".join(f"{label}={rest}" for label, rest in said.perfdata.items())
    perl, icinga = read_by_perl(text), read_by_icinga(text)
    expected = {label: said.number(label) for label in said.perfdata}
    assert {item.label: item.value for item in perl} == expected
    assert {item.label: item.value for item in icinga} == pytest.approx(expected)
    units = {"s": "seconds", "B": "bytes", "%": "percent", "": ""}
    assert {item.label: units[item.unit] for item in perl} == {
        item.label: item.unit for item in icinga
    }
    assert len(expected) >= 6
