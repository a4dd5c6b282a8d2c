"""check_collector: details, JSON, performance data and names of labels."""

import re

import pytest

from servers.simulation import SOCKET, Simulation


def test_details(simulation: Simulation) -> None:
    """-v lists each collector and each source, and the store."""
    simulation.collector("two", age=100)
    simulation.collector(sources=[
        simulation.source(ready=7, behind=1),
        simulation.source(SOCKET, connected=False, behind=9, error="address in use"),
    ])  # fmt: skip

    said = simulation.collectors("-v")

    assert said.details[:-1] == [
        "collector collector-1: report 0s old",
        "collector two: down for 1m 40s",
        "source blinkenlights.heartbeat at 127.0.0.1:5672/: stored up to 1s ago, 7 waiting",
        "source unix:///run/blinkenlights/lines.sock: away: address in use",
    ]
    assert re.fullmatch(
        rf"store {re.escape(simulation.url)}: \d+\.\d MiB, no limit", said.details[-1]
    )
    assert said.line == simulation.collectors().line


def test_json(simulation: Simulation) -> None:
    """--json holds collectors, sources and gaps for programs."""
    simulation.gap(50, 20)

    found = simulation.collectors("--json").json

    assert (found["code"], found["state"]) == (0, "OK")
    assert found["collectors"][0]["name"] == "collector-1"
    assert found["sources"][0]["connected"] is True
    assert list(found["gaps"].values()) == [
        [
            {
                "start": simulation.now - 50,
                "end": simulation.now - 20,
                "reason": "the broker was away",
                "lost": "",
                "lost_from": 0.0,
                "lost_to": 0.0,
            }
        ]
    ]
    assert found["store_born"] == simulation.now - 3600


def test_labels_are_told_apart_by_old_tools(simulation: Simulation) -> None:
    """RRD keeps 19 characters of a label: they suffice to tell ours apart."""
    for said in (simulation.collectors(), simulation.heartbeats()):
        assert len({label[:19] for label in said.perfdata}) == len(said.perfdata)


def test_no_performance_data(simulation: Simulation) -> None:
    """--no-perfdata leaves it out."""
    assert "|" not in simulation.collectors("--no-perfdata").text


def test_its_limits_do_not_change_the_other_check(simulation: Simulation) -> None:
    """What check_heartbeat can judge does not depend on the thresholds of check_collector."""
    simulation.beat("x", age=300, received=0, live=False)
    simulation.collector(sources=[simulation.source(behind=300)])

    assert simulation.collectors("-w 10m -c 20m").code == 0
    assert simulation.heartbeats().code == 3


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("", 0, "2 collectors running"),
        ("--names-warning 500", 1, "700 names in the store, limit 500"),
        ("--names-warning 500 --names-critical 600", 2, "700 names in the store, limit 600"),
        ("--new-names-warning 10", 0, "2 collectors running"),
        ("--new-names-warning 9", 1, "10 new names in the last minute, limit 9"),
        ("--new-names-critical 9", 2, "10 new names in the last minute, limit 9"),
    ],
)
def test_names_are_judged(simulation: Simulation, options: str, code: int, said: str) -> None:
    """How many there are is what the newest report says; new ones are added up."""
    simulation.collector("collector-1", age=3, names=650, new_names_per_minute=4.0)
    simulation.collector("two", age=1, names=700, new_names_per_minute=6.0)

    found = simulation.collectors(options)

    assert found.code == code, found.line
    assert found.summary.startswith(said)
