"""Thresholds between which WARNING can never come are refused, by every check that has a pair."""

import pytest

from servers.simulation import Simulation

EXCHANGED = [
    ("heartbeat", "-w 5m -c 1m", "-c/--critical 1m is below -w/--warning 5m"),
    ("heartbeat", "-w 30s: -c 1m:", "-c/--critical 1m: is above -w/--warning 30s:"),
    ("heartbeat", "-w @10m: -c @5m:", "-c/--critical @5m: is below -w/--warning @10m:"),
    ("heartbeat", "--value x -w 10: -c 20:", "-c/--critical 20: is above -w/--warning 10:"),
    ("heartbeat", "--value x -w 9 -c 8.5", "-c/--critical 8.5 is below -w/--warning 9"),
    ("machine", "-w 1d -c 4h", "-c/--critical 4h is below -w/--warning 1d"),
    ("inflight", "-w 1h -c 10m", "-c/--critical 10m is below -w/--warning 1h"),
    ("delivery", "-w 1h -c 10m", "-c/--critical 10m is below -w/--warning 1h"),
    ("speedo", "-w 10: -c 20:", "-c/--critical 20: is above -w/--warning 10:"),
    ("speedo", "--errors 20,5", "'20,5' is warning,critical: 5 is below 20"),
    ("speedo", "--bytes 10:,20:", "'10:,20:' is warning,critical: 20: is above 10:"),
    ("collector", "-w 1m -c 40s", "-c/--critical 40s is below -w/--warning 1m"),
    ("collector", "-c 20s", "-c/--critical 20s is below -w/--warning 30s"),
    (
        "collector",
        "--backlog-warning 500 --backlog-critical 100",
        "--backlog-critical 100 is below --backlog-warning 500",
    ),
    ("collector", "--memory-critical 70", "--memory-critical 70 is below --memory-warning 80"),
]
KEPT = [
    ("heartbeat", "-w 5m -c 5m"),
    ("heartbeat", "-w 5m -c 30s:"),
    ("heartbeat", "-w 5m -c @1h:2h"),
    ("heartbeat", "-w 1m:5m -c 4m"),
    ("heartbeat", "--value x -w 20: -c 10:"),
    ("speedo", "--errors 5,20 --bytes 20:,10:"),
    ("speedo", "--errors ,5"),
    ("delivery", "-w 10m -c 1h"),
    ("inflight", "-c 10m"),
]


@pytest.mark.parametrize(("check", "options", "said"), EXCHANGED)
def test_a_critical_end_before_the_warning_one(
    simulation: Simulation, check: str, options: str, said: str
) -> None:
    """Both are on one side, critical is reached first: the error names them and what to do."""
    answer = simulation.ask(check, options)

    assert answer.code == 3
    assert f"{said}, so WARNING never comes: exchange the two" in answer.line


@pytest.mark.parametrize(("check", "options"), KEPT)
def test_what_leaves_room_or_wants_none(simulation: Simulation, check: str, options: str) -> None:
    """Equal ends, ends on both sides and spans are what somebody may mean."""
    assert "exchange" not in simulation.ask(check, options).line
