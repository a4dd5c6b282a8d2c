"""check_heartbeat: the value that a component reports."""

import pytest

from servers.simulation import Simulation


def test_the_value_of_an_instance(simulation: Simulation) -> None:
    """--value works with --uuid as without."""
    simulation.beat("web", age=10, instance="uuid-1", extras='{"depth": 7}')

    said = simulation.heartbeats("--uuid uuid-1 --value depth -c 5")

    assert (said.code, said.summary) == (2, "web uuid-1 depth=7 10s ago, limit 5")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("", 0, ""),
        ("-w 300 -c 1000", 0, ""),
        ("-w 100 -c 1000", 1, "mail depth=250 5s ago, limit 100"),
        ("-w 100 -c 200", 2, "mail depth=250 5s ago, limit 200"),
        ("-w 300:", 1, "mail depth=250 5s ago, limit at least 300"),
        ("-c @200:300", 2, "mail depth=250 5s ago, limit not 200 to 300"),
        ("-c -10:10", 2, "mail depth=250 5s ago, limit -10 to 10"),
        ("-c=-10:10", 2, "mail depth=250 5s ago, limit -10 to 10"),
        ("-c ~:0", 2, "mail depth=250 5s ago, limit 0"),
    ],
)
def test_a_value(simulation: Simulation, options: str, code: int, said: str) -> None:
    """--value judges a number in the heartbeats, with what it is and what it may be."""
    simulation.beat("mail", age=5, extras='{"depth": 250, "other": 1e9}')

    answer = simulation.heartbeats("--value depth " + options.replace("-c -10", "-c=-10"))

    assert answer.code == code
    assert said in answer.summary


def test_values_of_many(simulation: Simulation) -> None:
    """Each component has an item of its own, with the limits; the worst are named."""
    for number, depth in enumerate([5, 50, 500, 0.1 + 0.2, -1]):
        simulation.beat(f"Mail {number}", age=5, extras={"queue depth": depth})

    said = simulation.heartbeats("--value 'queue depth' -w 10 -c ~:100")

    assert said.code == 2
    assert said.summary == (
        "Mail 2 queue depth=500 5s ago, limit 100; "
        "Mail 1 queue depth=50 5s ago, limit 10, Mail 4 queue depth=-1 5s ago, limit 10"
    )
    assert {label: item for label, item in said.perfdata.items() if "queue" in label} == {
        "mail_0_queue_depth": "5;10;~:100",
        "mail_1_queue_depth": "50;10;~:100",
        "mail_2_queue_depth": "500;10;~:100",
        "mail_3_queue_depth": "0.3;10;~:100",
        "mail_4_queue_depth": "-1;10;~:100",
    }


def test_items_keep_their_order(simulation: Simulation) -> None:
    """Items stand in the order of the names, whoever was heard last."""
    for age in (30, 20, 10):
        for number in (3, 1, 2):
            simulation.beat(f"c{number}", age=age - number, extras={"depth": number})

        said = simulation.heartbeats("--value depth")

        assert list(said.perfdata)[7:] == ["c1_depth", "c2_depth", "c3_depth"]


@pytest.mark.parametrize(
    "extras",
    [
        "{}",
        '{"depth": null}',
        '{"depth": "7"}',
        '{"depth": true}',
        '{"depth": [7]}',
        '{"depth": 1' + "0" * 400 + "}",
        '{"depths": 7}',
    ],
)
def test_a_value_that_is_no_number(simulation: Simulation, extras: str) -> None:
    """What is missing or is no number is UNKNOWN, never OK, and does not spoil the others."""
    simulation.beat("mail", age=5, extras=extras)
    simulation.beat("other", age=5, extras='{"depth": 3}')

    said = simulation.heartbeats("--value depth -w 5")

    assert (said.code, said.summary) == (
        3,
        "1 component without a number depth in the last heartbeat: mail (5s ago)",
    )
    assert said.perfdata["other_depth"] == "3;5"
    assert "mail_depth" not in said.perfdata
    assert simulation.heartbeats("--value depth -w 2").code == 3
    assert simulation.heartbeats("--value depth -c 2").code == 2
    assert simulation.heartbeats("--value depth -w 5 --missing ok").code == 0


def test_a_value_does_not_hide_silence(simulation: Simulation) -> None:
    """With --value, -w and -c are of the value, and silence is judged by the interval."""
    simulation.beat("mail", age=500, extras='{"depth": 3}')

    said = simulation.heartbeats("--value depth -w 5 -c 10")

    assert said.code == 2
    assert said.summary == "1 of 1 component silent: mail (8m 20s), limit 2m"
    assert said.perfdata["oldest"] == "500s;90;120;0"
