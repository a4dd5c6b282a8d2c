"""The processes of a component: kept apart, bounded, and counted when asked."""

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.instances import running_instances
from blinkenlights.kinds.heartbeat.keys import Instance
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey


def instances(valkey: Valkey, component: str = "x") -> list[Instance]:
    text = valkey.client().hget(keys.FACTS, component)
    assert isinstance(text, str)
    return sorted(keys.parse_facts(text).instances)


def test_first_and_last_of_an_instance(simulation: Simulation, valkey: Valkey) -> None:
    """Each process has the time it was first seen and the time it was last seen."""
    for age in (180, 120, 60):
        simulation.beat("x", age=age, instance="host:1")

    assert instances(valkey) == [Instance(NOW - 180, NOW - 60, NOW - 60, 0.0, "host:1")]


def test_the_first_time_is_found_out_of_order(simulation: Simulation, valkey: Valkey) -> None:
    """A heartbeat that arrives late tells that the process is older than was known."""
    simulation.beat("x", age=60, instance="host:1")
    simulation.beat("x", age=180, instance="host:1")

    assert instances(valkey) == [Instance(NOW - 180, NOW - 60, NOW - 60, 0.0, "host:1")]


def test_a_restart_within_one_interval_is_one_process(
    simulation: Simulation, valkey: Valkey
) -> None:
    """The new process began after the old one's last word, so there are not two."""
    simulation.beat("x", age=70, instance="host:1")
    simulation.beat("x", age=10, instance="host:2")

    assert len(instances(valkey)) == 2
    assert running_instances(instances(valkey)) == 1


def test_two_instances_in_one_second_are_two(simulation: Simulation, valkey: Valkey) -> None:
    """Processes that beat in the same second are both there, in whatever order they came."""
    for name in ("host:1", "host:2"):
        simulation.beat("x", age=60, instance=name)
    for name in ("host:2", "host:1"):
        simulation.beat("x", age=0, instance=name)

    assert running_instances(instances(valkey)) == 2


def test_instances_on_two_hosts_are_two(simulation: Simulation, valkey: Valkey) -> None:
    """The same process number on another host is another process."""
    simulation.beat("x", age=70, instance="here:1")
    simulation.beat("x", age=10, instance="there:1")

    assert running_instances(instances(valkey)) == 2


def test_instances_are_bounded(simulation: Simulation, valkey: Valkey) -> None:
    """However often a process restarts, the 64 seen last are kept."""
    for number in range(100):
        simulation.beat("x", age=1000 - number, instance=f"host:{number}")

    assert [one.name for one in instances(valkey)] == [f"host:{n}" for n in range(36, 100)]


def test_the_bound_keeps_the_newest_in_any_order(simulation: Simulation, valkey: Valkey) -> None:
    """Instances that come out of order do not push out those that were seen later."""
    for number in reversed(range(100)):
        simulation.beat("x", age=1000 - number, instance=f"host:{number}")

    assert [one.name for one in instances(valkey)] == [f"host:{n}" for n in range(36, 100)]
    assert valkey.client().zscore(keys.SEEN_BY_INTERVAL + "60", "x") == NOW - 901


def test_instance_names_with_blanks(simulation: Simulation, valkey: Valkey) -> None:
    """An instance may be called anything that can be printed, and is found again."""
    simulation.beat("x", age=60, instance="a  b 0.000 c")
    simulation.beat("x", age=30, instance="a  b")
    simulation.beat("x", age=0, instance="a  b 0.000 c")

    assert {one.name: one.last for one in instances(valkey)} == {
        "a  b 0.000 c": NOW,
        "a  b": NOW - 30,
    }
