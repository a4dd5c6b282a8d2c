"""check_heartbeat while it is in doubt what can be heard."""

from collections.abc import Callable

import pytest

from servers.simulation import SOCKET, Simulation

LABELS = ["total", "alive", "late", "silent", "expected", "unheard", "oldest"]


def test_a_new_store_learns(new_simulation: Simulation) -> None:
    """After a flush nobody says for two intervals that all is well; who is heard is alive."""
    new_simulation.collector()
    new_simulation.beat("billing", age=2)
    new_simulation.expect("fax", age=0)
    new_simulation.now += 30
    new_simulation.collector()

    said = new_simulation.heartbeats("-v")

    assert said.code == 3
    assert said.summary == (
        "learning: this store is 30s old, for another 1m 30s some may not have been heard yet"
    )
    assert said.details[0] == f"UNKNOWN: {said.summary}"
    assert (said.number("alive"), said.number("unheard")) == (1, 0)


def test_who_falls_silent_while_we_learn_is_silent(new_simulation: Simulation) -> None:
    """What was heard since the store is new, and then no more, is proved to be silent."""
    new_simulation.collector()
    new_simulation.beat("fast", age=0, interval=10)
    new_simulation.now += 30
    new_simulation.collector()

    said = new_simulation.heartbeats()

    assert said.code == 2
    assert said.summary.startswith("1 of 1 component silent: fast (30s), limit 20s; learning: ")


def test_learning_ends(new_simulation: Simulation) -> None:
    """After two default intervals, who is heard is alive."""
    new_simulation.collector()
    new_simulation.now += 120
    new_simulation.collector()
    new_simulation.beat("billing", age=2)

    assert new_simulation.heartbeats().code == 0


@pytest.mark.parametrize(
    ("collect", "said"),
    [
        pytest.param(
            lambda _: None,
            "no collector has reported to this store, start one with: blinkenlights collect",
            id="never",
        ),
        pytest.param(
            lambda simulation: simulation.collector("mon1", age=300),
            "collector mon1 is down or cannot write, last report 5m ago, limit 30s: "
            "nothing can be judged",
            id="down",
        ),
        pytest.param(
            lambda simulation: simulation.collector("mon1", age=9, stopped=True),
            "collector mon1 was stopped 9s ago: nothing can be judged",
            id="stopped",
        ),
        pytest.param(
            lambda simulation: simulation.collector("mon1", age=-400),
            "the clock of collector mon1 is 6m 40s ahead of ours, limit 30s: set the clocks, "
            "nothing can be judged",
            id="from-the-future",
        ),
        pytest.param(
            lambda simulation: simulation.collector(
                sources=[simulation.source(behind=90, connected=False, error="refused by broker")]
            ),
            "no source can be heard since 1m 30s, limit 1m, blinkenlights.heartbeat at "
            "127.0.0.1:5672/: refused by broker",
            id="broker-away",
        ),
        pytest.param(
            lambda simulation: simulation.collector(sources=[]),
            "no collector has a source for heartbeat, configure one",
            id="no-source",
        ),
    ],
)
def test_while_we_are_blind_there_is_one_sentence(
    new_simulation: Simulation, collect: Callable[[Simulation], None], said: str
) -> None:
    """Nobody listens: UNKNOWN, why, and no storm of CRITICALs; the figures keep their labels."""
    new_simulation.beat("silent", age=5000)
    new_simulation.beat("alive", age=1)
    new_simulation.expect("never", age=5000)
    collect(new_simulation)

    answer = new_simulation.heartbeats("-v")

    assert answer.code == 3
    assert answer.summary.replace(";", ",") == f"{said}, 3 of 3 components unheard"
    assert answer.details == []
    assert list(answer.perfdata) == LABELS
    assert answer.number("total") == 3
    assert answer.number("unheard") == 3
    assert {answer.number(each) for each in ("alive", "late", "silent", "expected")} == {0}


def test_a_collector_that_is_behind(simulation: Simulation) -> None:
    """What was silent at the watermark is silent; everything else may have died since."""
    simulation.beat("billing", age=210, received=0, live=False)
    simulation.beat("dead", age=400, received=0, live=False)
    simulation.collector(sources=[simulation.source(behind=200, ready=5000)])

    said = simulation.heartbeats()

    assert said.code == 2
    assert said.summary == (
        "1 of 2 components silent: dead (3m 20s), limit 2m; the collector is 3m 20s behind, "
        "limit 1m: nothing since then can be called alive; 1 of 2 components unheard"
    )
    assert simulation.heartbeats("--name billing").code == 3


def test_a_collector_that_is_a_little_behind(simulation: Simulation) -> None:
    """Within a minute, components are judged at the watermark and not at now."""
    simulation.beat("billing", age=150, received=0, live=False)
    simulation.collector(sources=[simulation.source(behind=59)])

    said = simulation.heartbeats()

    assert (said.code, said.number("oldest")) == (1, 91)


def test_one_of_two_sources_is_away(simulation: Simulation) -> None:
    """What another source delivers is judged; what the lost one delivered is not."""
    simulation.beat("queued", age=100)
    simulation.beat("local", age=100, source=SOCKET)
    away = simulation.source(behind=95, connected=False, error="connection refused")
    simulation.collector(sources=[away, simulation.source(SOCKET)])

    said = simulation.heartbeats()

    assert said.code == 3
    assert said.summary == (
        "blinkenlights.heartbeat at 127.0.0.1:5672/ not heard for 1m 35s (connection refused), "
        "limit 1m; 1 of 2 components not heard, for that reason: queued (1m 40s), limit 1m 30s; "
        "1 of 2 components late: local (1m 40s), limit 1m 30s"
    )


def test_a_long_doubt_pushes_nothing_out(simulation: Simulation) -> None:
    """What is proved bad is said first, then what is not known, then who is late: all in line 1."""
    simulation.beat("dead", age=130)
    simulation.beat("slow", age=100)
    error = f"{SOCKET} cannot be opened: " + "this is a very long text of an operating system " * 9
    away = simulation.source(SOCKET, behind=95, connected=False, error=error)
    simulation.collector(sources=[simulation.source(), away])

    said = simulation.heartbeats()

    assert said.code == 2
    assert said.summary == (
        "1 of 2 components silent: dead (2m 10s), limit 2m; "
        f"{SOCKET} not heard for 1m 35s "
        "(cannot be opened: this is a very long text of an operatin...), limit 1m; "
        "1 of 2 components late: slow (1m 40s), limit 1m 30s"
    )


def test_a_critical_value_comes_before_a_doubt(simulation: Simulation) -> None:
    """A value beyond its limit is proved, however long a socket's error is."""
    simulation.beat("mail", extras={"queue_depth": 7})
    away = simulation.source(SOCKET, behind=95, connected=False, error="no such file " * 40)
    simulation.collector(sources=[simulation.source(), away])

    said = simulation.heartbeats("--value queue_depth -c 5")

    assert said.code == 2
    assert said.summary == (
        f"mail queue_depth=7 0s ago, limit 5; {SOCKET} not heard for 1m 35s "
        "(no such file no such file no such file no such file no su...), limit 1m"
    )


def test_two_collectors_share_a_queue(simulation: Simulation) -> None:
    """While one of them works, nothing is missed, and nothing is in doubt."""
    simulation.beat("billing", age=10)
    simulation.collector("collector-1", age=500)
    simulation.collector("collector-2")

    assert simulation.heartbeats().code == 0


@pytest.mark.parametrize("unused", [True, False])
def test_the_socket_of_a_collector_that_died(simulation: Simulation, unused: bool) -> None:
    """Nobody misses a socket by which nothing ever came; who sends to another may be dead."""
    simulation.beat("billing", age=10)
    queue = simulation.source()
    socket = simulation.source(SOCKET, behind=100, connected=False, unused=unused)
    simulation.collector("collector-1", age=100, sources=[queue, socket])
    simulation.collector("collector-2", sources=[queue])

    assert simulation.heartbeats().code == (0 if unused else 3)
    assert "lines.sock" in simulation.collectors("-v").text


def test_all_is_blind_where_a_socket_is_all_there_is(simulation: Simulation) -> None:
    """A collector whose only socket cannot be opened hears nobody, unused or not."""
    simulation.beat("billing", age=10)
    socket = simulation.source(SOCKET, behind=100, connected=False, unused=True, error="in use")
    simulation.collector(sources=[socket])

    said = simulation.heartbeats()

    assert said.code == 3
    assert "no source can be heard" in said.summary


def test_two_collectors_are_judged_by_the_slower(simulation: Simulation) -> None:
    """What the slower one holds is not stored yet, so everything is judged at its watermark."""
    simulation.beat("billing", age=150, received=0, live=False)
    simulation.collector("collector-1", sources=[simulation.source(behind=50)])
    simulation.collector("collector-2")

    assert simulation.heartbeats().number("oldest") == 100
