"""check_heartbeat after an outage: no storm, and nobody who died meanwhile is forgotten."""

import pytest

from servers.simulation import SOCKET, Simulation

COMPONENTS = [f"component {number}" for number in range(20)]


@pytest.fixture
def outage(simulation: Simulation) -> Simulation:
    """Give a fleet that was last heard ten minutes ago, when the broker went, until now."""
    for number, name in enumerate(COMPONENTS):
        simulation.beat(name, age=600 + number)
    simulation.gap(599, 0)
    simulation.collector()
    return simulation


def let_pass(simulation: Simulation, seconds: float, alive: list[str]) -> None:
    """Let time pass, in which some beat once and the collector keeps up."""
    simulation.now += seconds
    simulation.collector()
    for name in alive:
        simulation.beat(name)


def test_no_storm_right_after_an_outage(outage: Simulation) -> None:
    """Nobody is silent for not having been heard; nobody is called alive either."""
    said = outage.heartbeats()

    assert said.code == 3
    assert said.number("unheard") == 20
    assert said.summary == (
        "20 of 20 components not heard, blinkenlights.heartbeat at 127.0.0.1:5672/ away for 9m 59s "
        "until 0s ago (the broker was away): component 19 (10m 19s), component 18 (10m 18s), "
        "component 17 (10m 17s) and 17 more, limit 1m 30s"
    )


def test_all_is_well_when_all_have_spoken(outage: Simulation) -> None:
    """Within one interval after the outage everybody speaks, and it is over."""
    let_pass(outage, 60, COMPONENTS)

    assert outage.heartbeats().code == 0


def test_who_does_not_speak_again_is_silent(outage: Simulation) -> None:
    """Who is really dead is CRITICAL one interval and its limit after we hear again, not later."""
    let_pass(outage, 60, COMPONENTS[1:])
    assert outage.heartbeats().summary.startswith("1 of 20 components not heard")

    let_pass(outage, 91, COMPONENTS[1:])
    assert outage.heartbeats().state == "WARNING"

    let_pass(outage, 30, COMPONENTS[1:])
    said = outage.heartbeats("-v")
    assert said.state == "CRITICAL"
    assert said.details[0].startswith("CRITICAL: component 0 silent for 2m 2s, since ")


def test_who_was_silent_before_the_outage_is_silent(simulation: Simulation) -> None:
    """Silence that was there before the outage is evidence that it did not take away."""
    simulation.beat("dead", age=800)
    simulation.beat("alive", age=605)
    simulation.gap(600, 0)

    said = simulation.heartbeats()

    assert said.code == 2
    assert said.summary.startswith("1 of 2 components silent: dead (3m 20s), limit 2m; 1 of 2")


def test_a_slow_component_has_its_own_time(simulation: Simulation) -> None:
    """An hourly job has an hour to speak after the outage."""
    simulation.beat("hourly", age=4000, interval=3600)
    simulation.beat("minutely", age=4000)
    simulation.gap(3950, 300)

    said = simulation.heartbeats()

    assert said.summary.startswith("1 of 2 components silent: minutely (4m 50s), limit 2m")


def test_several_outages_count_together(simulation: Simulation) -> None:
    """A link that flaps is no reason to alarm, nor to forget what was silent in between."""
    simulation.beat("x", age=1000)
    for start, end in ((980, 900), (830, 750), (690, 610), (540, 460)):
        simulation.gap(start, end)

    assert simulation.heartbeats().state == "CRITICAL"
    assert simulation.heartbeats("-w 5m -c 9m").state == "WARNING"
    assert simulation.heartbeats("-w 8m -c 9m").state == "UNKNOWN"


def test_an_outage_of_one_source_is_its_own(simulation: Simulation) -> None:
    """Components of a socket are silent although the broker was away, and the reverse."""
    simulation.collector(sources=[simulation.source(), simulation.source(SOCKET)])
    simulation.beat("queued", age=300)
    simulation.beat("local", age=300, source=SOCKET)
    simulation.gap(299, 10)

    said = simulation.heartbeats()

    assert said.code == 2
    assert "1 of 2 components silent: local (5m), limit 2m" in said.summary
    assert "queued (5m)" in said.summary


def test_a_declared_one_has_time_too(simulation: Simulation) -> None:
    """Who was declared and could not be heard is not called never seen yet."""
    simulation.beat("x")
    simulation.expect("new", age=500)
    simulation.gap(495, 30)

    said = simulation.heartbeats()

    assert (said.code, said.number("expected")) == (0, 1)
    simulation.now += 200
    simulation.collector()
    simulation.beat("x")
    assert simulation.heartbeats().code == 2


def test_instances_have_time_too(simulation: Simulation) -> None:
    """Instances that could not be heard are not called missing."""
    simulation.expect("web", 2, age=2000)
    for host in ("a", "b"):
        simulation.beat("web", age=600, instance=f"{host}:1")
    simulation.gap(599, 20)

    assert simulation.heartbeats().state == "UNKNOWN"
    simulation.beat("web", age=10, instance="a:1")
    assert simulation.heartbeats().state == "OK"
    assert simulation.heartbeats("--uuid b:1").state == "UNKNOWN"
    simulation.now += 181
    simulation.collector()
    simulation.beat("web", instance="a:1")
    assert simulation.heartbeats().summary == (
        "1 component short of instances: web (1 of 2 needed, since 13m 1s ago)"
    )
    assert simulation.heartbeats("--uuid b:1").state == "CRITICAL"


def test_while_the_broker_is_away(simulation: Simulation) -> None:
    """For a minute things are judged by what was heard until it went; then we are blind."""
    simulation.beat("dead", age=300)
    simulation.beat("x", age=20)
    simulation.now += 50
    simulation.collector(sources=[simulation.source(behind=50, connected=False, error="gone")])

    assert simulation.heartbeats().summary == (
        "as of 50s ago: 1 of 2 components silent: dead (5m), limit 2m"
    )

    simulation.now += 11
    simulation.collector(sources=[simulation.source(behind=61, connected=False, error="gone")])
    said = simulation.heartbeats()
    assert said.state == "UNKNOWN"
    assert "no source can be heard since 1m 1s" in said.summary


def test_a_backlog_neither_kills_nor_revives(simulation: Simulation) -> None:
    """Ten minutes that drain: everybody is judged where we are, by their own time."""
    simulation.beat("alive", age=600)
    simulation.beat("dead", age=600)
    for reached in (450, 300, 150, 0):
        for age in range(reached + 150, reached - 1, -60):
            simulation.beat("alive", age=age, received=0, live=False)
        simulation.collector(sources=[simulation.source(behind=reached, ready=reached * 10)])
        said = simulation.heartbeats("--json").json

        silent = [one["component"] for one in said["overdue"] if one["state"] == "silent"]
        assert silent == (["dead"] if reached < 480 else [])
        assert said["perfdata"]["oldest"] == 600 - reached
        assert bool(said["doubts"]) == (reached > 60)


def test_each_reason_has_its_sentence(simulation: Simulation) -> None:
    """Who was not heard is grouped by what was away, for how long, until when, and why."""
    simulation.collector(sources=[simulation.source(), simulation.source(SOCKET)])
    for number in range(4):
        simulation.beat(f"q{number}", age=300 + number)
    simulation.beat("local", age=200, source=SOCKET)
    simulation.gap(299, 60)
    simulation.gap(190, 20, SOCKET)

    said = simulation.heartbeats()

    assert said.code == 3
    assert said.summary.startswith(
        "4 of 5 components not heard, blinkenlights.heartbeat at 127.0.0.1:5672/ away for 3m 59s "
        "until 1m ago (the broker was away): q3 (5m 3s) and 3 more, limit 1m 30s; 1 not heard, "
        "unix:///run/blinkenlights/lines.sock away for 2m"
    )
    [detail] = simulation.heartbeats("--name local -v").details
    assert detail == (
        "UNKNOWN: local not heard since 2026-09-21 14:10:00 UTC, unix:///run/blinkenlights/"
        "lines.sock away for 2m 50s until 20s ago (the broker was away)"
    )


def test_a_source_that_nobody_serves_any_more(simulation: Simulation) -> None:
    """It is said that this is why, so that somebody serves it or forgets its components."""
    simulation.beat("queued", age=5)
    simulation.beat("local", age=200, source=SOCKET)

    said = simulation.heartbeats()

    assert said.code == 3
    assert said.summary == (
        "1 of 2 components not heard, whose source no collector serves any more: local (3m 20s), "
        "limit 1m 30s"
    )


def test_a_source_that_drains(simulation: Simulation) -> None:
    """Who was last heard by a source that lags is judged no further than that."""
    simulation.collector(
        sources=[simulation.source(behind=50), simulation.source(SOCKET)],
    )
    simulation.beat("queued", age=100)
    simulation.beat("local", age=5, source=SOCKET)

    assert simulation.heartbeats().summary == (
        "as of 50s ago: 2 components alive, oldest queued (50s), limit 2m"
    )
