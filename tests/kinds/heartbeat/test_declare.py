"""Components that are expected, retired and forgotten; and health reports."""

from typing import Any

import pytest

from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey


def keys_with(valkey: Valkey, component: str) -> set[str]:
    """Return the keys, without their prefix, that hold something of a component."""
    client = valkey.client()
    found = set()
    for key in client.scan_iter(heartbeat_keys.PREFIX + "*"):
        kind = client.type(key)
        if kind == "hash" and client.hexists(key, component):
            found.add(key)
        if kind == "zset" and client.zscore(key, component) is not None:
            found.add(key)
    return {key.removeprefix(heartbeat_keys.PREFIX) for key in found}


def test_an_expected_component_is_awaited(simulation: Simulation, valkey: Valkey) -> None:
    """Declared and never seen: it waits, until its first heartbeat."""
    simulation.expect("x", 2, age=50)
    declared = simulation.run(simulation.declarations.expected())

    assert keys_with(valkey, "x") == {"expected", "minimum", "awaited"}
    assert declared == [("x", NOW - 50, False, 2)]

    simulation.beat("x", age=10)

    assert keys_with(valkey, "x") == {"expected", "minimum", "facts", "seen:60"}
    assert simulation.run(simulation.declarations.expected()) == [("x", NOW - 50, True, 2)]


def test_expecting_what_is_known_waits_for_nothing(simulation: Simulation, valkey: Valkey) -> None:
    """A component that beats already is not awaited."""
    simulation.beat("x")

    simulation.expect("x")

    assert keys_with(valkey, "x") == {"expected", "facts", "seen:60"}


def test_a_declaration_can_be_changed(simulation: Simulation, valkey: Valkey) -> None:
    """Declaring again replaces the minimum; the waiting began with the first declaration."""
    simulation.expect("x", 3, age=100)
    simulation.expect("x", 1, age=0)

    assert keys_with(valkey, "x") == {"expected", "awaited"}
    assert valkey.client().zscore(heartbeat_keys.AWAITED, "x") == NOW - 100


def test_a_retired_component_keeps_its_facts(simulation: Simulation, valkey: Valkey) -> None:
    """Retired: no longer among those that can be late, but nothing is lost."""
    simulation.expect("x", 2)
    simulation.beat("x", age=30)
    simulation.beat("x", age=20, interval=0, status="down")

    known = simulation.run(simulation.declarations.retire("x", NOW))

    assert known
    assert keys_with(valkey, "x") == {"facts", "retired", "status"}
    assert simulation.run(simulation.declarations.retired()) == {"x": NOW}


def test_a_retired_component_that_beats_stays_retired(
    simulation: Simulation, valkey: Valkey
) -> None:
    """What it sends is kept, and alarms nobody, be it a heartbeat or a health report."""
    simulation.beat("x", age=30)
    simulation.retire("x")

    simulation.beat("x", age=10)
    simulation.beat("x", age=5, interval=0, status="down")

    assert keys_with(valkey, "x") == {"facts", "retired", "status"}


def test_an_expected_component_is_retired_no_more(simulation: Simulation, valkey: Valkey) -> None:
    """Expecting takes a retirement back: it can be late again at once, and be in trouble."""
    simulation.beat("x", age=500)
    simulation.beat("x", age=400, interval=0, status="down")
    simulation.retire("x")

    simulation.expect("x")

    assert keys_with(valkey, "x") == {"expected", "facts", "seen:60", "status", "trouble"}
    assert valkey.client().zscore(heartbeat_keys.SEEN_BY_INTERVAL + "60", "x") == NOW - 500
    assert valkey.client().zscore(heartbeat_keys.TROUBLE, "x") == NOW - 400


def test_retiring_a_stranger_says_so(simulation: Simulation) -> None:
    """A name that was never heard of is reported as unknown: it may be a misprint."""
    assert not simulation.run(simulation.declarations.retire("x", NOW))


def test_forgetting_leaves_nothing(simulation: Simulation, valkey: Valkey) -> None:
    """Nothing that was ever known of a component remains."""
    simulation.expect("x", 2)
    simulation.beat("x", age=-600, received=0, interval=3600)
    simulation.beat("x", interval=0, status="degraded")

    known = simulation.run(simulation.declarations.forget(["x"]))

    assert known == [True]
    assert keys_with(valkey, "x") == set()
    assert simulation.run(simulation.declarations.forget(["x"])) == [False]


def test_forgetting_looks_at_one_interval(simulation: Simulation, valkey: Valkey) -> None:
    """A hostile sender who makes many intervals does not make forgetting slow."""
    for interval in range(1, 51):
        simulation.beat(f"x {interval}", interval=interval)
    client = valkey.client()
    client.config_resetstat()

    simulation.run(simulation.declarations.forget(["x 7"]))

    assert keys_with(valkey, "x 7") == set()
    assert client.info("commandstats")["cmdstat_zrem"]["calls"] < 10


def test_forgetting_a_retired_component(simulation: Simulation, valkey: Valkey) -> None:
    """Retired components can be forgotten too, and are new when they come back."""
    simulation.beat("x")
    simulation.retire("x")
    simulation.run(simulation.declarations.forget(["x"]))

    simulation.beat("x", age=-1, received=0)

    assert keys_with(valkey, "x") == {"facts", "seen:60"}


def test_a_health_report_alone_is_never_late(simulation: Simulation, valkey: Valkey) -> None:
    """It stands in the set of those whose silence says nothing."""
    simulation.beat("x", age=50, interval=0, status="ok", extras='{"message":"fine"}')

    assert keys_with(valkey, "x") == {"facts", "seen:0", "status"}


def test_trouble_lasts_until_all_is_well(simulation: Simulation, valkey: Valkey) -> None:
    """A component is in trouble since it first said so, until it says ok."""

    def trouble() -> Any:  # noqa: ANN401 - as redis-py types it
        return valkey.client().zrange(heartbeat_keys.TROUBLE, 0, -1, withscores=True)

    simulation.beat("x", age=90, interval=0, status="degraded")
    simulation.beat("x", age=80, interval=0, status="degraded")
    assert trouble() == [("x", NOW - 90)]

    simulation.beat("x", age=70, interval=0, status="down")
    assert trouble() == [("x", NOW - 70)]

    simulation.beat("x", age=60, interval=0, status="ok")
    assert trouble() == []


def test_a_health_report_is_no_heartbeat(simulation: Simulation, valkey: Valkey) -> None:
    """A component that stopped beating does not look alive because it reported its health."""
    simulation.beat("x", age=300)
    simulation.beat("x", age=10, interval=0, status="ok")

    assert valkey.client().zscore(heartbeat_keys.SEEN_BY_INTERVAL + "60", "x") == NOW - 300


def test_a_health_report_from_the_future(simulation: Simulation) -> None:
    """It holds until the next report, not until its own time has come."""
    simulation.beat("x", age=-3600, received=10, interval=0, status="ok")
    simulation.beat("x", age=5, interval=0, status="down")

    assert simulation.heartbeats().state == "CRITICAL"

    simulation.beat("y", age=-3600, received=10, interval=0, status="down")
    simulation.beat("y", age=5, interval=0, status="ok")
    simulation.beat("x", age=4, interval=0, status="ok")

    assert simulation.heartbeats().state == "OK"


@pytest.mark.parametrize("text", ["", "1", "another form", "a\nb\n{}", "1.0 1.0 s 60\nx\n{}"])
def test_facts_that_cannot_be_read(simulation: Simulation, valkey: Valkey, text: str) -> None:
    """The next heartbeat takes the place of what another version or a hand left there."""
    simulation.beat("x", age=60, interval=10)
    valkey.client().hset(heartbeat_keys.FACTS, "x", text)
    valkey.client().hset(heartbeat_keys.STATUS, "x", text)

    simulation.store(
        simulation.heartbeat("x"), simulation.heartbeat("x", interval=0, status="down")
    )

    assert keys_with(valkey, "x") == {"facts", "seen:60", "status", "trouble"}


def test_forgetting_what_cannot_be_read(simulation: Simulation, valkey: Valkey) -> None:
    """Whatever stands there, forgetting a component is the way out."""
    simulation.beat("x")
    valkey.client().hset(heartbeat_keys.FACTS, "x", "of another version")

    assert simulation.run(simulation.declarations.forget(["x"])) == [True]
    assert keys_with(valkey, "x") == set()
