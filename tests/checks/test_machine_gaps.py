"""check_machine: what cannot be known is never called dead, and never well."""

import pytest

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine import read as machine_store
from servers.simulated_machines import OSX, PULSE, SimulatedMachines, pool_limits
from servers.simulation import Simulation
from servers.valkey import Valkey

HOUR = 3600.0
DAY = 86400.0
OTHER = "queue/relops/other at pulse.mozilla.org:5671/"


def test_no_collector(new_simulation: Simulation) -> None:
    """Without a collector nothing is judged and nobody is alive."""
    said = new_simulation.ask("machine", "-c 1d")

    assert said.code == 3
    assert said.summary.startswith("no collector has reported to this store")


def test_no_source_of_machines(machines: SimulatedMachines) -> None:
    """A collector of heartbeats alone hears of no machine."""
    machines.simulation.collector()

    said = machines.ask("-c 1d")

    assert said.code == 3
    assert said.summary == "no collector has a source for machine; configure one"


def test_the_collector_is_down(machines: SimulatedMachines) -> None:
    """Then nothing can be judged: who is silent or lost for days is UNKNOWN as well."""
    machines.told("mdc1:ms-1", age=3 * DAY)
    machines.told("mdc1:ms-2", "running", age=3 * DAY)
    machines.lost("mdc1:ms-2", age=2 * DAY)
    machines.told("mdc1:ms-3", age=60)
    machines.hear(age=300)

    said = machines.ask("-c 1d")

    assert said.code == 3
    assert said.summary == (
        "collector collector-1 is down or cannot write, last report 5m ago, limit 30s: "
        "nothing can be judged; 3 of 3 machines unheard"
    )
    assert (said.number("alive"), said.number("unheard"), said.number("lost")) == (0, 3, 0)


def test_the_collector_lags(machines: SimulatedMachines) -> None:
    """What is silent at the watermark is silent; all else is UNKNOWN."""
    machines.told("mdc1:ms-1", age=200)
    machines.hear(behind=120)

    assert machines.ask("-c 1d").code == 3
    assert "2m behind, limit 1m" in machines.ask("-c 1d").summary
    machines.told("mdc1:ms-2", age=3 * DAY)
    assert machines.ask("-c 1d").code == 2


def test_a_gap_explains_silence(machines: SimulatedMachines) -> None:
    """While the queue was gone nobody could be heard: UNKNOWN, and who was away, for how long."""
    machines.told("mdc1:ms-1", age=26 * HOUR)
    machines.simulation.gap(25 * HOUR, HOUR, PULSE)

    said = machines.ask("-c 1d -v")

    assert said.code == 3
    assert said.summary.startswith(f"1 of 1 machine not heard, {PULSE} away for 1d until 1h ago")
    assert "mdc1:ms-1 (1d 2h), limit 1d" in said.summary
    assert said.details[0].startswith(
        f"UNKNOWN: mdc1:ms-1 ({OSX}) not heard since 2026-09-20 12:13:20 UTC, {PULSE} away"
    )
    assert (said.number("unheard"), said.number("silent")) == (1, 0)


def test_a_gap_ends(machines: SimulatedMachines) -> None:
    """One limit after the gap silence counts again."""
    machines.told("mdc1:ms-1", age=6 * HOUR)
    machines.simulation.gap(5.5 * HOUR, 5 * HOUR, PULSE)

    assert machines.ask("-c 3h").code == 3
    assert machines.ask("-c 2h").code == 2
    assert machines.ask("-w 2h -c 5h").code == 1


def test_a_gap_does_not_excuse_the_lost(machines: SimulatedMachines) -> None:
    """That a claim expired was heard, so the machine had died, whatever was missed later."""
    machines.told("mdc1:ms-1", "running", age=6 * HOUR)
    machines.lost("mdc1:ms-1", age=5 * HOUR)
    machines.simulation.gap(4 * HOUR, HOUR, PULSE)

    assert machines.ask("-c 1d").code == 2


def test_a_gap_of_another_source(machines: SimulatedMachines) -> None:
    """A machine is judged by the source that last told of it."""
    machines.told("mdc1:ms-1", age=26 * HOUR)
    machines.simulation.gap(25 * HOUR, HOUR, OTHER)
    machines.simulation.collector(sources=[machines.source(), machines.source(OTHER)])

    assert machines.ask("-c 1d").code == 2


def test_a_source_that_nobody_serves(machines: SimulatedMachines) -> None:
    """Whom nobody could hear any more is not silent."""
    machines.told("mdc1:ms-1", age=26 * HOUR, source=OTHER)

    said = machines.ask("-c 1d")

    assert said.code == 3
    assert "whose source no collector serves any more" in said.summary


def test_an_imported_one(machines: SimulatedMachines) -> None:
    """Nobody knows where an imported machine would be heard: the deafest source counts."""
    machines.imported("mdc1:ms-1", age=26 * HOUR)
    assert machines.ask("-c 1d").code == 2

    machines.simulation.gap(25 * HOUR, HOUR, OTHER)
    machines.simulation.collector(sources=[machines.source(), machines.source(OTHER)])
    said = machines.ask("-c 1d")

    assert said.code == 3
    assert f"not heard, {OTHER} away for 1d until 1h ago" in said.summary


def test_an_expected_one_that_could_not_be_heard(machines: SimulatedMachines) -> None:
    """Time in which nobody could be heard is not held against who was declared."""
    machines.expect("mdc1:ms-1", age=5 * HOUR)
    machines.simulation.gap(5 * HOUR, HOUR, PULSE)

    assert machines.ask("-c 31m").code == 0
    assert machines.ask("-c 29m").code == 2


def test_a_source_is_away(machines: SimulatedMachines) -> None:
    """One of two sources away for long: those of the other are judged, and it is said."""
    machines.simulation.collector(
        sources=[
            machines.source(),
            machines.source(OTHER, connected=False, behind=2 * HOUR, error="refused"),
        ]
    )
    machines.told("mdc1:ms-1", age=3 * HOUR, source=OTHER)
    machines.told("mdc1:ms-2", age=60)

    said = machines.ask("-c 2h")

    assert said.code == 3
    assert f"{OTHER} not heard for 2h (refused), limit 1m" in said.summary
    assert said.number("unheard") == 1
    assert machines.ask("-c 30m").code == 2


def test_a_new_store_learns_nothing_of_machines(new_simulation: Simulation) -> None:
    """A minute is as good as an hour for who may be idle for days: OK says who is known."""
    machines = SimulatedMachines(new_simulation)
    machines.told("mdc1:ms-1", age=0)

    assert machines.ask("-c 1d").code == 0
    assert "learning" not in machines.ask("-c 1d -vv").text


def test_many_that_could_not_be_heard(
    machines: SimulatedMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond what is fetched by name are not called silent while we were deaf."""
    unseen_since = machine_store.unseen_since
    monkeypatch.setattr(
        machine_store,
        "unseen_since",
        lambda store, pools, limit, most=4: unseen_since(store, pools, limit, most),
    )
    for number in range(9):
        machines.told(f"mdc1:ms-{number}", age=26 * HOUR + number)
    machines.simulation.gap(25 * HOUR, HOUR, PULSE)

    said = machines.ask("-c 1d")

    assert said.code == 3
    assert (said.number("unheard"), said.number("silent"), said.number("alive")) == (9, 0, 0)
    assert "5 more not heard" in said.summary


def test_limits_that_are_not_ours(machines: SimulatedMachines, valkey: Valkey) -> None:
    """A store that cannot be read is UNKNOWN with the key."""
    machines.limits(pool_limits(critical=DAY))
    valkey.client().set(keys.LIMITS, "nonsense")

    said = machines.ask()

    assert said.code == 3
    assert "blinkenlights:{machine}:" in said.summary
    assert "not ours" in said.summary
