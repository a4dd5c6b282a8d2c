"""check_heartbeat when a clock was wrong: what was seen ahead of our own proves no life."""

import pytest

from servers.simulation import Simulation

SAID = (
    "1 of 2 components last seen ahead of our clock, so nobody knows whether they live: "
    "billing (10m), limit 30s; set the clocks"
)


@pytest.fixture
def ahead(simulation: Simulation) -> Simulation:
    """Give a fleet of which one was stored by a collector whose clock was ten minutes fast."""
    simulation.beat("worker", age=5)
    simulation.now += 600
    simulation.beat("billing", instance="a:1", extras={"depth": 7})
    simulation.now -= 600
    return simulation


@pytest.mark.parametrize("options", ["", "--name '*'", "-w 5m", "-c 10s:", "-w @1h:2h", "--json"])
def test_it_is_never_ok(ahead: Simulation, options: str) -> None:
    """UNKNOWN, with who, by how much and what to do; whatever the limits."""
    said = ahead.heartbeats(options)

    if options == "--json":
        found = said.json
        assert (found["summary"], found["ahead"]) == (
            SAID, [{"component": "billing", "seen": ahead.now + 600}]
        )  # fmt: skip
        return
    assert SAID in said.summary
    assert said.code == (2 if "10s:" in options else 3)
    assert [said.number(label) for label in ("total", "unheard")] == [2, 1]
    assert said.number("alive") == (0 if "10s:" in options else 1)


def test_within_the_tolerance_it_lives(simulation: Simulation) -> None:
    """Up to 30 s are what clocks that are right differ by."""
    simulation.now += 30
    simulation.beat("billing")
    simulation.now -= 30

    assert simulation.heartbeats().code == 0


@pytest.mark.parametrize("options", ["--min 1", "--uuid a:1", "--name billing --value depth"])
def test_whatever_is_asked_of_it(ahead: Simulation, options: str) -> None:
    """Neither its instances nor its numbers say that it lives."""
    said = ahead.heartbeats(options)

    assert said.code == 3
    assert "last seen ahead of our clock" in said.summary
    assert ("billing_depth" in said.perfdata) == ("--value" in options)


def test_the_next_beat_mends_it(ahead: Simulation) -> None:
    """It gives way to anything newer, by a clock that is right."""
    ahead.beat("billing", instance="a:1")

    assert ahead.heartbeats().code == 0


def test_who_died_is_found_once_its_time_has_passed(ahead: Simulation) -> None:
    """It is not excused for ever: two intervals after its wrong time it is silent."""
    ahead.now += 600 + 121
    ahead.collector()
    ahead.beat("worker")

    said = ahead.heartbeats()

    assert (said.code, said.summary) == (2, "1 of 2 components silent: billing (2m 1s), limit 2m")


def test_one_instance_ahead_does_not_count_as_living(simulation: Simulation) -> None:
    """The component lives by another one; this one is missing."""
    simulation.now += 600
    simulation.beat("web", instance="a:1")
    simulation.now -= 600
    simulation.beat("web", age=5, instance="b:1")

    assert simulation.heartbeats("--name web").code == 0
    said = simulation.heartbeats("--name web --min 2")

    assert (said.code, said.summary) == (
        2,
        "1 component short of instances: web (1 of 2 needed, never more)",
    )
