"""check_collector: each state and option, with what line 1 says."""

import re
from collections.abc import Callable

import pytest

from servers.simulation import QUEUE, SOCKET, Simulation

LABELS = [
    "running", "report_age", "lag", "backlog", "rejects_per_minute", "stored_per_second", "dropped",
    "names", "new_names_per_minute", "store_memory",
]  # fmt: skip


def test_all_is_well(simulation: Simulation) -> None:
    """OK says how many run, how far everything is stored, and how fast."""
    source = simulation.source(behind=2, ready=7)
    simulation.collector(sources=[source], age=1, stored_per_second=41.66, dropped=3)

    said = simulation.collectors()

    assert said.code == 0
    assert said.summary == "1 collector running, stored up to 2s ago, 41.7/s"
    assert re.fullmatch(r"\d+B;;;0", said.perfdata["store_memory"])
    assert {label: said.perfdata[label] for label in LABELS[:-1]} == {
        "running": "1;;;0;1",
        "report_age": "1s;;30;0",
        "lag": "2s;30;60;0",
        "backlog": "7;;;0",
        "rejects_per_minute": "0;0;;0",
        "stored_per_second": "41.66;;;0",
        "dropped": "3;;;0",
        "names": "0;;;0",
        "new_names_per_minute": "0;;;0",
    }


Change = Callable[[Simulation], object]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        pytest.param(
            lambda sim: sim.collector(sources=[sim.source(behind=45)]),
            1,
            f"{QUEUE} stored up to 45s ago, limit 30s",
            id="lagging",
        ),
        pytest.param(
            lambda sim: sim.collector(sources=[sim.source(behind=200)]),
            2,
            f"{QUEUE} stored up to 3m 20s ago, limit 1m",
            id="far-behind",
        ),
        pytest.param(
            lambda sim: sim.collector(sources=[sim.source(), sim.source(SOCKET, behind=45)]),
            1,
            f"{SOCKET} stored up to 45s ago, limit 30s",
            id="one-of-two-lagging",
        ),
        pytest.param(
            lambda sim: sim.collector(onward="InfluxDB at http://i:8086 fails for 2m, limit 1m"),
            1,
            "InfluxDB at http://i:8086 fails for 2m, limit 1m",
            id="not-sent-on",
        ),
        pytest.param(
            lambda sim: sim.collector(rejects_per_minute=2.5),
            1,
            "2.5 rejected in the last minute (see blinkenlights rejected), limit 0",
            id="rejecting",
        ),
        pytest.param(
            lambda sim: sim.collector("collector-2", age=200),
            1,
            "1 of 2 collectors not running: collector-2 (down for 3m 20s), limit 30s",
            id="one-of-two-down",
        ),
        pytest.param(
            lambda sim: sim.collector("collector-2", age=200, stopped=True),
            0,
            "1 collector running, stored up to 0s ago, 1/s",
            id="one-of-two-stopped-and-replaced",
        ),
        pytest.param(
            lambda sim: sim.collector(
                "collector-2", age=20, stopped=True, sources=[sim.source("b", behind=20)]
            ),
            1,
            "1 of 2 collectors not running: collector-2 (stopped 20s ago)",
            id="one-of-two-stopped-and-not-replaced",
        ),
        pytest.param(
            lambda sim: (
                sim.collector("collector-2", age=200),
                sim.collector("collector-3", age=20, stopped=True),
            ),
            1,
            "1 of 3 collectors not running: collector-2 (down for 3m 20s), limit 30s; "
            "1 more stopped and left no queue unserved",
            id="one-of-three-down-and-one-replaced",
        ),
        pytest.param(
            lambda sim: sim.collector(
                sources=[
                    sim.source(),
                    sim.source(SOCKET, behind=99, connected=False, error="in use", unused=True),
                ]
            ),
            1,
            f"{SOCKET} not heard for 1m 39s (in use), limit 30s",
            id="idle-socket-closed",
        ),
        pytest.param(
            lambda sim: sim.collector(age=300),
            2,
            "collector collector-1 is down or cannot write, last report 5m ago, limit 30s: "
            "nothing can be judged",
            id="down",
        ),
        pytest.param(
            lambda sim: sim.collector(age=5, stopped=True),
            2,
            "collector collector-1 was stopped 5s ago: nothing can be judged",
            id="stopped",
        ),
        pytest.param(
            lambda sim: sim.collector(age=-120),
            2,
            "the clock of collector collector-1 is 2m ahead of ours, limit 30s: set the clocks; "
            "nothing can be judged",
            id="from-the-future",
        ),
        pytest.param(
            lambda sim: sim.collector(sources=[]),
            2,
            "no collector has a source for anything; configure one",
            id="no-source",
        ),
        pytest.param(
            lambda sim: sim.collector(
                sources=[sim.source(behind=100, connected=False, error="refused"), sim.source("b")]
            ),
            2,
            "blinkenlights.heartbeat at 127.0.0.1:5672/ not heard for 1m 40s (refused), limit 1m",
            id="one-of-two-sources-away",
        ),
        pytest.param(
            lambda sim: sim.collector(
                sources=[
                    sim.source(behind=100, connected=False, error="refused"),
                    sim.source("b", behind=200, connected=False, error="gone"),
                ]
            ),
            2,
            "blinkenlights.heartbeat at 127.0.0.1:5672/ not heard for 1m 40s (refused), "
            "b not heard for 3m 20s (gone), limit 1m",
            id="all-sources-away",
        ),
        pytest.param(
            lambda sim: sim.collector(
                sources=[sim.source(behind=10, connected=False, error="refused")]
            ),
            0,
            f"1 collector running, stored up to 10s ago, 1/s; {QUEUE} not heard for 10s (refused)",
            id="away-for-a-moment",
        ),
    ],
)
def test_states(simulation: Simulation, change: Change, code: int, said: str) -> None:
    """What is wrong, for how long and against which limit; the figures keep their labels."""
    change(simulation)

    answer = simulation.collectors()

    assert (answer.code, answer.summary) == (code, said)
    assert [label for label in LABELS if label not in answer.perfdata] == (
        ["lag"] if "no collector has a source" in said else []
    )


def test_names_of_a_store_whose_collector_is_gone(simulation: Simulation) -> None:
    """They are still there: as many as its last report says. Without a report nobody knows."""
    simulation.collector(names=7, age=300)
    down = simulation.collectors()
    simulation.collector(names=7, stopped=True)
    stopped = simulation.collectors()

    assert (down.number("names"), stopped.number("names")) == (7, 7)


def test_a_source_that_is_just_back(simulation: Simulation) -> None:
    """Others may be UNKNOWN for an interval after a long absence, so this one stays CRITICAL."""
    simulation.gap(100, 20)
    said = simulation.collectors()
    simulation.gap(75, 20, SOCKET)
    simulation.now += 41
    simulation.collector()

    later = simulation.collectors()

    assert said.code == 2
    assert said.summary == (
        f"{QUEUE} not heard for 1m 20s until 20s ago, limit 1m; whom it brings has "
        "another 40s to be heard again"
    )
    assert later.code == 0


def test_a_short_gap_is_no_absence(simulation: Simulation) -> None:
    """A restart within a minute makes nobody wait."""
    simulation.gap(30, 2)

    assert simulation.collectors().code == 0


def test_no_collector_ever(new_simulation: Simulation) -> None:
    """A store to which nobody reports is CRITICAL, with what to do."""
    said = new_simulation.collectors()

    assert said.code == 2
    assert said.summary == (
        "no collector has reported to this store; start one with: blinkenlights collect"
    )
    assert said.number("running") == 0


def test_a_new_store_learns(new_simulation: Simulation) -> None:
    """While the other checks are UNKNOWN their parent is, too: it speaks, and they are muted."""
    new_simulation.collector()
    new_simulation.now += 30
    new_simulation.collector()

    said = new_simulation.collectors()
    child = new_simulation.heartbeats()

    assert (said.code, said.summary) == (3, "the store is 30s old, learning for another 1m 30s")
    assert child.code == 3
    assert "learning" in child.summary


def test_learning_hides_nothing_worse(new_simulation: Simulation) -> None:
    """What is proved bad outranks what is not known."""
    new_simulation.collector()
    new_simulation.now += 90

    said = new_simulation.collectors()

    assert said.code == 2
    assert said.summary.endswith("the store is 1m 30s old, learning for another 30s")


def test_several_problems(simulation: Simulation) -> None:
    """All are named, worst first."""
    simulation.collector(sources=[simulation.source(behind=100, ready=900)], rejects_per_minute=1)

    said = simulation.collectors("--backlog-warning 500")

    assert said.code == 2
    assert said.summary == (
        f"{QUEUE} stored up to 1m 40s ago, limit 1m; backlog 900 messages 0s ago, limit 500; "
        "1 rejected in the last minute (see blinkenlights rejected), limit 0"
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("", 1),
        ("-w 1m", 0),
        ("-w 40s -c 40s", 2),
        ("-w 10s -c 2m", 1),
        ("-c @40s:50s", 2),
        ("-w 45 -c 60", 0),
        ("--warning=10s --critical=20s", 2),
        ("-w 1m --backlog-warning 100", 1),
        ("-w 1m --backlog-critical 100", 2),
        ("-w 1m --backlog-critical 250", 0),
        ("-w 1m --backlog-critical 300:", 2),
        ("-w 1m --rejects-warning 0.1", 0),
        ("-w 1m --memory-warning 0 --memory-critical 0", 0),
    ],
)
def test_thresholds(simulation: Simulation, options: str, code: int) -> None:
    """Lag, backlog, rejects and memory have thresholds of their own."""
    simulation.collector(sources=[simulation.source(behind=45, ready=250)])

    assert simulation.collectors(options).code == code


@pytest.mark.parametrize(
    "options",
    ["-w ''", "--backlog-warning ''", "--rejects-critical x", "--memory-warning 5m", "--name x"],
)
def test_bad_thresholds(simulation: Simulation, options: str) -> None:
    """A threshold that is none is 3, with the name of the option."""
    said = simulation.collectors(options)

    assert said.code == 3
    assert options.split(maxsplit=1)[0] in said.line


def test_collectors_that_share_a_queue(simulation: Simulation) -> None:
    """Messages that wait are counted once; what each does is added up."""
    for name in ("collector-1", "collector-2"):
        simulation.collector(
            name,
            sources=[simulation.source(ready=100), simulation.source(SOCKET, ready=None)],
            stored_per_second=10.0,
            rejects_per_minute=1.5,
            dropped=2,
            names=700,
            new_names_per_minute=5.0,
        )

    said = simulation.collectors()

    figures = {label: said.number(label) for label in LABELS[:-1]}
    assert figures == {
        "running": 2, "report_age": 0, "lag": 0, "backlog": 100, "rejects_per_minute": 3,
        "stored_per_second": 20, "dropped": 4, "names": 700, "new_names_per_minute": 10,
    }  # fmt: skip


def test_a_collector_that_is_down_counts_no_more(simulation: Simulation) -> None:
    """The last rates of a dead collector are not those of now."""
    simulation.collector("dead", age=500, stored_per_second=99.0, rejects_per_minute=99.0)

    said = simulation.collectors()

    assert said.number("stored_per_second") == 1
    assert said.number("rejects_per_minute") == 0
