"""`--missing ok`: nobody is alarmed, and line 1 names what is not there all the same."""

from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulated_machines import SimulatedMachines
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import Simulation


def test_a_component_that_is_not_there_is_named(simulation: Simulation) -> None:
    """One that nobody knows, one that was declared, and one without the number."""
    simulation.beat("billing")
    simulation.expect("fax", age=500)

    telex = simulation.heartbeats("--name telex --missing ok")
    fax = simulation.heartbeats("--name fax --missing ok")
    depth = simulation.heartbeats("--name billing --value depth -w 5 --missing ok")

    assert [said.code for said in (telex, fax, depth)] == [0, 0, 0]
    assert telex.summary.startswith("0 components alive; not known: telex, neither heard nor")
    assert "; 1 expected component never seen since declared: fax (8m 20s)" in fax.summary
    assert "; 1 component without a number depth" in depth.summary


def test_a_machine_that_is_not_there_is_named(machines: SimulatedMachines) -> None:
    """One that nobody knows, and one that was declared."""
    machines.told("mdc1:ms-1", age=60)
    machines.expect("mdc1:ms-2", age=3600)

    unknown = machines.ask("-c 2d --machine mdc1:ms-9 --missing ok")
    declared = machines.ask("-c 1m --machine mdc1:ms-2 --missing ok")

    assert (unknown.code, declared.code) == (0, 0)
    assert "; not known: mdc1:ms-9, neither heard nor declared" in unknown.summary
    assert "mdc1:ms-2" in declared.summary


def test_an_endpoint_that_is_not_there_is_named(endpoints: SimulatedEndpoints) -> None:
    """One that nobody knows, beside one that is good."""
    endpoints.probed("shop/cart", "g")

    said = endpoints.ask("shop/cart nope --missing ok")

    assert said.code == 0
    assert "; not known: nope, neither probed nor declared" in said.summary


def test_a_series_that_is_not_there_is_named(metrics: SimulatedMetrics) -> None:
    """One that nobody knows, and one without a point in the time."""
    metrics.series("cpu.percent", [1, 2, 3, 4, 5], every=300)
    metrics.later(120)

    unknown = metrics.ask("cpu.percent memory --missing ok")
    pointless = metrics.ask("cpu.percent --of avg --over 10s -w 5 --missing ok")

    assert (unknown.code, pointless.code) == (0, 0)
    assert "; not known: memory, neither heard nor declared" in unknown.summary
    assert "; no point in 10s: cpu.percent" in pointless.summary
    assert "not" not in metrics.ask("cpu.percent --missing ok").summary
