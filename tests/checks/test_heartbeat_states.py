"""check_heartbeat: each state, with what line 1 says of it."""

import re
from collections.abc import Callable

import pytest

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.store import layout
from servers.simulation import SOCKET, Simulation
from servers.valkey import Valkey

LABELS = ["total", "alive", "late", "silent", "expected", "unheard", "oldest"]


def figures(simulation: Simulation, options: str = "") -> list[float]:
    said = simulation.heartbeats(options)
    return [said.number(label) for label in LABELS[:-1]]


def test_all_is_well(simulation: Simulation) -> None:
    """OK says how many live, who was seen longest ago, and against which limit."""
    simulation.beat("billing", age=12)
    simulation.beat("SMPP Transport 1", age=46)

    said = simulation.heartbeats()

    assert said.code == 0
    assert said.text == (
        "HEARTBEAT OK: 2 components alive, oldest SMPP Transport 1 (46s), limit 2m | total=2;;;0 "
        "alive=2;;;0 late=0;;;0 silent=0;;;0 expected=0;;;0 unheard=0;;;0 oldest=46s;90;120;0"
    )


def test_somebody_is_late(simulation: Simulation) -> None:
    """WARNING after one and a half intervals."""
    simulation.beat("billing", age=99)
    simulation.beat("worker", age=1)

    said = simulation.heartbeats()

    assert said.line == "HEARTBEAT WARNING: 1 of 2 components late: billing (1m 39s), limit 1m 30s"
    assert said.code == 1


def test_somebody_is_silent(simulation: Simulation) -> None:
    """CRITICAL after two intervals: how many, who, since when, against what, worst first."""
    simulation.beat("billing", age=123)
    simulation.beat("SMPP Transport 1", age=252)
    simulation.beat("worker", age=100)
    simulation.beat("alive", age=5)

    said = simulation.heartbeats()

    assert said.code == 2
    assert said.line == (
        "HEARTBEAT CRITICAL: 2 of 4 components silent: SMPP Transport 1 (4m 12s), billing (2m 3s), "
        "limit 2m; 1 of 4 components late: worker (1m 40s), limit 1m 30s"
    )
    assert figures(simulation) == [4, 1, 1, 2, 0, 0]
    assert said.perfdata["oldest"] == "252s;90;120;0"


def test_many_are_silent(simulation: Simulation) -> None:
    """The three worst are named and the others counted, so that the line stays short."""
    for number in range(10):
        simulation.beat(f"c{number}", age=1000 + number)

    said = simulation.heartbeats()

    assert said.summary == (
        "10 of 10 components silent: c9 (16m 49s), c8 (16m 48s), c7 (16m 47s) and 7 more, limit 2m"
    )


def test_limits_of_their_own(simulation: Simulation) -> None:
    """Where silent components have different limits, each one's is said."""
    simulation.beat("minutely", age=300)
    simulation.beat("hourly", age=7300, interval=3600)
    simulation.beat("daily", age=7300, interval=86400)

    said = simulation.heartbeats()

    assert said.summary == (
        "2 of 3 components silent: hourly (2h 1m, limit 2h), minutely (5m, limit 2m)"
    )


def test_an_expected_one_never_came(simulation: Simulation) -> None:
    """Declared and never seen is CRITICAL once its two intervals are over."""
    simulation.expect("fax gateway", age=500)
    simulation.beat("billing")

    said = simulation.heartbeats()

    assert said.code == 2
    assert said.summary == (
        "1 expected component never seen since declared: fax gateway (8m 20s), limit 2m"
    )
    assert figures(simulation) == [2, 1, 0, 0, 1, 0]


def test_an_expected_one_has_time_to_come(simulation: Simulation) -> None:
    """Just declared it is only mentioned."""
    simulation.expect("fax gateway", age=119)
    simulation.beat("billing")

    said = simulation.heartbeats()

    assert said.code == 0
    assert said.summary.endswith("; 1 expected and not seen yet")
    assert figures(simulation) == [2, 1, 0, 0, 1, 0]


def test_a_retired_one_alarms_nobody(simulation: Simulation) -> None:
    """Retired: not counted, not late, whatever it does."""
    simulation.beat("old", age=1000)
    simulation.beat("billing")
    simulation.retire("old")

    said = simulation.heartbeats()

    assert said.code == 0
    assert figures(simulation) == [1, 1, 0, 0, 0, 0]


def test_a_component_that_is_down(simulation: Simulation) -> None:
    """Who says of itself that it is down is CRITICAL, since when and why."""
    simulation.beat("sms:connection", age=500, interval=0, status="down",
                    extras={"message": "no route | to $host"})  # fmt: skip

    said = simulation.heartbeats("-v")

    assert said.code == 2
    assert said.summary == "1 component down: sms:connection (8m 20s): no route / to Shost"
    assert said.details == [
        "CRITICAL: sms:connection down since 2026-09-21 14:05:00 UTC: no route / to Shost"
    ]


def test_a_component_that_is_degraded(simulation: Simulation) -> None:
    """Who says of itself that it is degraded is a WARNING."""
    simulation.beat("sms:connection", age=50, interval=0, status="degraded")

    said = simulation.heartbeats()

    assert (said.code, said.summary) == (1, "1 component degraded: sms:connection (50s)")


def test_a_component_that_is_well_again(simulation: Simulation) -> None:
    """After ok, however long ago, there is nothing to say: it reports changes only."""
    simulation.beat("sms:connection", age=9000, interval=0, status="down")
    simulation.beat("sms:connection", age=8000, interval=0, status="ok")

    said = simulation.heartbeats()

    assert said.code == 0
    assert figures(simulation) == [1, 1, 0, 0, 0, 0]


def test_too_few_instances(simulation: Simulation) -> None:
    """Fewer living instances than declared is CRITICAL."""
    simulation.expect("web", 2, age=1000)
    simulation.beat("web", age=10, instance="a:1")
    simulation.beat("web", age=300, instance="b:1")

    said = simulation.heartbeats("-v")

    assert said.code == 2
    assert said.summary == ("1 component short of instances: web (1 of 2 needed, since 5m ago)")
    assert said.details == [
        "CRITICAL: web has 1 of 2 instances needed, since 2026-09-21 14:08:20 UTC"
    ]


def test_enough_instances(simulation: Simulation) -> None:
    """As many as declared is OK; one that is silent among more is of no matter."""
    simulation.expect("web", 2, age=1000)
    for host, age in (("a", 10), ("b", 20), ("c", 900)):
        simulation.beat("web", age=age, instance=f"{host}:1")

    assert simulation.heartbeats().code == 0


def test_a_restart_does_not_hide_a_missing_process(simulation: Simulation) -> None:
    """A process that was restarted within one interval counts once."""
    simulation.expect("web", 2, age=1000)
    simulation.beat("web", age=70, instance="a:1")
    simulation.beat("web", age=10, instance="a:2")

    assert simulation.heartbeats().summary == (
        "1 component short of instances: web (1 of 2 needed, never more)"
    )


def test_a_wrong_clock_is_shown(simulation: Simulation) -> None:
    """A wrong clock is no alarm, and is said with its component."""
    simulation.beat("billing", age=-600, received=0)
    simulation.beat("worker", age=700, received=0)
    simulation.beat("right")

    said = simulation.heartbeats("-v")

    assert said.code == 0
    assert "; 2 wrong clocks: billing (10m ahead) and 1 more" in said.line
    assert said.details == ["clock: billing (10m ahead)", "clock: worker (11m 40s behind)"]


def test_nobody_is_known(simulation: Simulation) -> None:
    """An empty fleet is UNKNOWN: the check would otherwise be OK about nothing, for ever."""
    said = simulation.heartbeats()

    assert said.code == 3
    assert said.summary == (
        "no component known: nobody has sent a heartbeat since this store began 1h ago"
    )
    assert figures(simulation) == [0, 0, 0, 0, 0, 0]


def test_details_for_v(simulation: Simulation) -> None:
    """-v lists all problems, worst first, with the exact moment; -vv also the collectors."""
    for number in range(5):
        simulation.beat(f"c{number}", age=200 + number)
    simulation.beat("late", age=100)

    one = simulation.heartbeats("-v")
    two = simulation.heartbeats("-vv")

    assert (
        one.details[0] == "CRITICAL: c4 silent for 3m 24s, since 2026-09-21 14:09:56 UTC, limit 2m"
    )
    assert [line.split()[1] for line in one.details] == ["c4", "c3", "c2", "c1", "c0", "late"]
    assert two.details[:6] == one.details
    assert two.details[6:] == [
        "collector collector-1: report 0s old",
        "source blinkenlights.heartbeat at 127.0.0.1:5672/: stored up to 0s ago",
    ]
    assert one.line == two.line == simulation.heartbeats().line
    assert one.perfdata == two.perfdata == simulation.heartbeats("-vvv").perfdata


def unheard(simulation: Simulation) -> None:
    simulation.beat("y", age=300)
    simulation.gap(299, 10)


EVERY_STATE: list[tuple[str, int, Callable[[Simulation], None]]] = [
    ("ok", 0, lambda _: None),
    ("late", 1, lambda simulation: simulation.beat("y", age=100)),
    ("silent", 2, lambda simulation: simulation.beat("y", age=1000)),
    ("never-seen", 2, lambda simulation: simulation.expect("y", age=1000)),
    ("down", 2, lambda simulation: simulation.beat("y", interval=0, status="down")),
    ("behind", 3, lambda sim: sim.collector(sources=[sim.source(behind=100)])),
    ("collector-down", 3, lambda simulation: simulation.collector(age=100)),
    ("unheard", 3, unheard),
]


@pytest.mark.parametrize(
    ("code", "change"), [case[1:] for case in EVERY_STATE], ids=[case[0] for case in EVERY_STATE]
)
@pytest.mark.parametrize("options", ["", "-v", "--name '*'", "-w 80 -c 900", "-vvv -t 3"])
def test_the_same_labels_in_every_state(
    simulation: Simulation, code: int, change: Callable[[Simulation], None], options: str
) -> None:
    """Graphs must not vanish when it matters: labels, order and units are always the same."""
    simulation.beat("x", age=5)
    change(simulation)

    said = simulation.heartbeats(options)

    assert list(said.perfdata) == LABELS
    assert all(re.match(r"\d+(\.\d+)?(s?)(;|$)", item) for item in said.perfdata.values())
    if not options:
        assert said.code == code


def test_figures_add_up(simulation: Simulation) -> None:
    """The total is the sum of all that it counts."""
    for name, age in (("alive", 1), ("late", 100), ("silent", 200), ("other", 300)):
        simulation.beat(name, age=age, source=SOCKET if name == "other" else "queue")
    simulation.gap(250, 100, source=SOCKET)
    simulation.expect("never", age=900)
    simulation.expect("soon", age=9)
    simulation.collector(sources=[simulation.source("queue"), simulation.source(SOCKET)])

    total, *parts = figures(simulation)

    assert total == sum(parts) == 6
    assert parts == [1, 1, 1, 2, 1]


@pytest.mark.parametrize(
    "key",
    [
        layout.LIVE, layout.GAPS, layout.BORN, keys.INTERVALS, keys.AWAITED, keys.TROUBLE,
        keys.MINIMUM, keys.SKEWED, keys.SEEN_BY_INTERVAL + "60",
    ],
)  # fmt: skip
def test_somebody_elses_keys(simulation: Simulation, valkey: Valkey, key: str) -> None:
    """Keys of ours that hold something else are UNKNOWN, never OK."""
    simulation.beat("x", age=5)
    client = valkey.client()
    client.delete(key)
    if key == layout.BORN:
        client.hset(key, "x", "y")
    else:
        client.set(key, "something else")

    said = simulation.heartbeats()

    assert said.code == 3
    assert "WRONGTYPE" in said.summary
    assert said.perfdata == {}


@pytest.mark.parametrize(
    ("fill", "options"),
    [
        (lambda client: client.hset(layout.LIVE, "one", "rubbish"), ""),
        (lambda client: client.lpush(layout.GAPS, "rubbish"), ""),
        (lambda client: client.set(layout.BORN, "rubbish"), ""),
        (lambda client: client.sadd(keys.INTERVALS, "rubbish"), ""),
        (lambda client: client.hset(keys.MINIMUM, "x", "rubbish"), ""),
        (lambda client: client.hset(keys.FACTS, "x", "rubbish"), "--name x"),
        (lambda client: client.hset(keys.FACTS, "x", "1 1 a 60\nrubbish"), "--value y"),
        (lambda client: client.hset(keys.STATUS, "x", "rubbish"), ""),
    ],
)
def test_somebody_elses_values(
    simulation: Simulation,
    valkey: Valkey,
    fill: Callable[..., object],
    options: str,
) -> None:
    """Values that are not in our form are UNKNOWN, with the key that holds them."""
    simulation.beat("x", age=5, interval=0, status="down")
    simulation.beat("x", age=5)
    fill(valkey.client())

    said = simulation.heartbeats(options)

    assert said.code == 3
    assert "blinkenlights:" in said.summary
