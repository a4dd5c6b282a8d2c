"""check_probe, where a scheduler gives probes to workers: each state of a location."""

from typing import Any

import pytest

from servers.simulated_endpoints import SimulatedEndpoints

SECONDS = ["limited_seconds", "workers", "capacity", "needed", "waiting"]
WHY = "all of 5 hosts in 3 networks failed"
LIMIT = (
    "location fra: scaling limit hit for 12m: endpoints are probed every 3m instead of 1m (slowest "
    "www.example.net/health), 40 waiting; 1 worker carries 20 probes at a time, 42 are needed"
)


def test_all_is_carried(endpoints: SimulatedEndpoints) -> None:
    """OK says how many workers there are at how many locations; -v has each with its figures."""
    other = endpoints.worker("w2", labels={"zone": "b"})
    endpoints.schedule(endpoints.location(workers=[endpoints.worker(), other]))

    said = endpoints.ask_probers("-v")

    assert said.code == 0
    assert said.summary == (
        "prober probe-schedule probes 100 endpoints by 2 workers at 1 location, 0 of 500 runs "
        "missed in 5m, lag 0.012s at 95%, 25% of 100 probes at a time used"
    )
    figures = "12 of 20 probes at a time busy, 1200 run, 0 given back, last report 1s ago"
    assert said.details == [
        "location fra: 40 endpoints, 0 waiting; 2 workers carry 40 probes at a time, 12 are needed",
        f"worker w1 at fra: {figures}",
        f"worker w2 at fra: {figures}",
    ]
    assert [said.number(label) for label in SECONDS] == [0, 2, 40, 11.5, 0]


def test_the_scaling_limit_is_hit(endpoints: SimulatedEndpoints) -> None:
    """WARNING says since when, what follows, what waits, what is carried and what is needed."""
    endpoints.schedule(
        endpoints.limited(), behind_since=endpoints.now - 700, window={"seconds": 300, "due": 9}
    )

    said = endpoints.ask_probers("-v")

    assert said.code == 1
    assert said.summary == LIMIT
    assert said.details[0].startswith("WARNING: location fra: scaling limit hit for 12m, since 20")
    assert [said.number(label) for label in SECONDS] == [720, 1, 20, 41.2, 40]
    assert said.number("limited") == 1


def test_the_scaling_limit_may_be_critical(endpoints: SimulatedEndpoints) -> None:
    """From the time on that is given, which is said."""
    endpoints.schedule(endpoints.limited(), endpoints.limited("nyc", since=60))

    said = endpoints.ask_probers("--limit-critical 10m")

    assert said.code == 2
    assert said.summary.startswith("location fra: scaling limit hit for 12m, limit 10m; ")
    assert said.perfdata["limited_seconds"] == "720s;;600;0"
    assert endpoints.ask_probers("--limit-critical 15m").code == 1
    assert endpoints.ask_probers("--limit-critical 1m --location nyc").code == 1
    assert endpoints.ask_probers("--limit-critical ''").code == 3


def test_a_location_without_a_worker(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL: what nobody probes is dead, as with a prober that is down; never OK."""
    endpoints.schedule(endpoints.location(workers=[]), endpoints.location("nyc"))

    said = endpoints.ask_probers()

    assert said.code == 2
    assert said.summary == (
        "location fra has no worker: 40 endpoints not probed; start one with: blinkenlights probe "
        "work --location fra"
    )
    assert (said.number("unmanned"), said.number("workers")) == (1, 1)
    assert endpoints.ask_probers("--location nyc").code == 0


def test_the_last_worker_died(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL says which, and when it was heard."""
    dead = endpoints.worker(age=60)
    endpoints.schedule(endpoints.location(workers=[dead], capacity=0))

    said = endpoints.ask_probers("-v")

    assert said.code == 2
    assert said.summary.startswith(
        "location fra has no worker, the last one, w1, reported 1m ago: 40 endpoints not probed; "
        "see whether it runs and reaches the broker, or start one with: blinkenlights probe work"
    )
    assert [line for line in said.details if line.startswith("WARNING")] == []


@pytest.mark.parametrize(("started", "code"), [(10, 0), (31, 2)])
def test_workers_have_time_to_report(
    endpoints: SimulatedEndpoints, started: float, code: int
) -> None:
    """A scheduler that has just started knows none of its workers yet."""
    begun = endpoints.now - started
    endpoints.schedule(endpoints.location(workers=[]), started=begun)

    assert endpoints.ask_probers().code == code


def test_nothing_to_probe_needs_no_worker(endpoints: SimulatedEndpoints) -> None:
    """A location without endpoints is well without a worker."""
    endpoints.schedule(endpoints.location(workers=[], endpoints=0))

    assert endpoints.ask_probers().code == 0


def blind(endpoints: SimulatedEndpoints, name: str = "w1") -> dict[str, Any]:
    since = endpoints.now - 180
    return endpoints.worker(name, capacity=0, blind_since=since, blind=WHY)


def test_all_workers_are_blind(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN: nobody knows how the endpoints are; never CRITICAL, and never OK."""
    endpoints.schedule(endpoints.location(workers=[blind(endpoints), blind(endpoints, "w2")]))

    said = endpoints.ask_probers("-v")

    assert said.code == 3
    assert said.summary == (
        f"location fra: none of its 2 workers probes anything: w1 reaches nothing for 3m: {WHY}; "
        "none of its 40 endpoints can be judged"
    )
    assert said.details[0] == f"UNKNOWN: {said.summary}"
    assert not any(line.startswith(("CRITICAL", "WARNING")) for line in said.details)


def test_workers_that_have_not_proved_that_they_see(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN: they are there, and probe nothing."""
    endpoints.schedule(endpoints.location(workers=[endpoints.worker(capacity=0)]))

    said = endpoints.ask_probers()

    assert said.code == 3
    assert said.summary.startswith("location fra: its worker probes nothing: it offers no place")


AILING = [
    (
        {"capacity": 0, "blind_since": -180, "blind": WHY},
        f"worker w2 at fra reaches nothing for 3m: {WHY}",
    ),
    (
        {"capacity": 5, "behind_since": -90},
        "worker w2 at fra is behind schedule for 1m 30s, carries 5 probes at a time now",
    ),
    (
        {"heard": -40},
        "worker w2 at fra is gone without a farewell, last report 40s ago, limit 5s",
    ),
    (
        {"ahead": 600.0},
        "worker w2 at fra: clock 10m ahead of the scheduler's, limit 30s; its times are corrected",
    ),
    (
        {"ahead": -31.0},
        "worker w2 at fra: clock 31s behind the scheduler's, limit 30s; its times are corrected",
    ),
]


@pytest.mark.parametrize(("details", "words"), AILING)
def test_one_worker_of_two_is_not_well(
    endpoints: SimulatedEndpoints, details: dict[str, Any], words: str
) -> None:
    """WARNING says which, where, what is the matter with it, and for how long."""
    times = {
        key: endpoints.now + value if key.endswith(("since", "heard")) else value
        for key, value in details.items()
    }
    other = endpoints.worker("w2", **times)
    endpoints.schedule(endpoints.location(workers=[endpoints.worker(), other]))

    said = endpoints.ask_probers("-v")

    assert (said.code, said.summary) == (1, words)
    assert said.details[0] == f"WARNING: {words}"


def test_a_clock_that_is_off_a_little(endpoints: SimulatedEndpoints) -> None:
    """It is corrected, so it is said in the lines, and nobody has to act."""
    ahead = endpoints.worker(ahead=1.5)
    right = endpoints.worker("w2", ahead=0.9)
    endpoints.schedule(endpoints.location(workers=[ahead, right]))

    said = endpoints.ask_probers("-v")

    assert said.code == 0
    assert said.details[1].endswith("clock 1.5s ahead of the scheduler's, corrected")
    assert "clock" not in said.details[2]


def test_a_scheduler_that_is_down(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL once; what it reported of its workers is old, and proves nothing."""
    endpoints.schedule(endpoints.limited(), endpoints.location("nyc"))
    endpoints.later(31)

    said = endpoints.ask_probers("-v")

    assert said.code == 2
    assert said.details == [f"CRITICAL: {said.summary}"]
    assert [said.number(label) for label in SECONDS] == [0, 0, 0, 0, 0]
    assert endpoints.ask_probers("--location nyc").code == 2


def test_a_scheduler_that_is_not_heard(endpoints: SimulatedEndpoints) -> None:
    """UNKNOWN: a location without a worker may have one by now."""
    endpoints.schedule(endpoints.location(workers=[]))
    endpoints.hear()
    endpoints.simulation.now += 60

    assert endpoints.ask_probers().code == 3
    assert endpoints.ask_probers("--location fra").code == 3


def test_only_some_locations(endpoints: SimulatedEndpoints) -> None:
    """By their names, alone or behind that of their prober; others and files do not matter."""
    broken = {"file": "shop.yml", "line": 7, "sentence": "duplicate key 'tests'"}
    endpoints.schedule(endpoints.limited(), endpoints.location("nyc"), problems=[broken])

    said = endpoints.ask_probers("--location nyc")

    assert said.code == 0
    assert said.summary == (
        "location nyc: 40 endpoints, 0 waiting; 1 worker carries 20 probes at a time, 12 are needed"
    )
    assert said.number("waiting") == 0
    assert endpoints.ask_probers("--location 'probe-*/fra'").summary == LIMIT
    nobody = endpoints.ask_probers("--location lon")
    assert (nobody.code, nobody.summary) == (3, "no location matches what was asked for")


def test_more_than_one_thing(endpoints: SimulatedEndpoints) -> None:
    """CRITICAL, then UNKNOWN, then WARNING."""
    endpoints.schedule(
        endpoints.limited("a"),
        endpoints.location("b", workers=[blind(endpoints)]),
        endpoints.location("c", workers=[]),
    )

    said = endpoints.ask_probers("--json")

    assert said.code == 2
    [prober] = said.json["probers"]
    assert prober["state"] == "unmanned"
    assert [(each["location"], each["state"]) for each in prober["locations"]] == [
        ("c", "unmanned"),
        ("b", "blind"),
        ("a", "limited"),
    ]
    [worker] = prober["locations"][1]["workers"]
    assert (worker["worker"], worker["state"], worker["blind"]) == ("w1", "blind", WHY)


def test_workers_beyond_those_in_the_report(endpoints: SimulatedEndpoints) -> None:
    """They are counted, and said."""
    endpoints.schedule(endpoints.location(left_out=300))

    said = endpoints.ask_probers("-v")

    assert said.number("workers") == 301
    assert said.details[-1] == "300 more workers at fra"
