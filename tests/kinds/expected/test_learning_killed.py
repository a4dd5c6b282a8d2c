"""Learners that are killed in the middle, and several at once: the states are exact."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.expected.kept import pack_kept, revision_of
from kinds.expected import learn_until
from kinds.expected.learn_until import CLIENTS, INTERVAL, value_of
from kinds.expected.learned import after_rows, packed_states
from servers.simulation import Simulation
from servers.waiting import wait_until

INTERVALS = 20
KILLS = 4

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(simulation: Simulation) -> Iterator[Start]:
    """Give a function that starts a process which learns everything from the beginning."""
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        tests = Path(__file__).parents[2]
        words = [learn_until.__file__, simulation.url, str(simulation.now), str(INTERVALS)]
        running.append(subprocess.Popen([sys.executable, *words], cwd=tests))
        return running[-1]

    yield begin
    for each in running:
        each.kill()
        each.wait()


def lessons(simulation: Simulation) -> int:
    """Return how many lessons are stored."""
    return sum(map(revision_of, packed_states(simulation).values()))


def expected_states(simulation: Simulation) -> dict[str, bytes]:
    """Return the states as one process makes them that nobody disturbs, without a store."""
    end = simulation.now // INTERVAL * INTERVAL
    starts = [end - (INTERVALS - place) * INTERVAL for place in range(INTERVALS)]
    return {
        name: pack_kept(after_rows([(begun, value_of(name, begun)) for begun in starts]))
        for name in CLIENTS
    }


def test_states_are_exact_whenever_it_is_killed(simulation: Simulation, start: Start) -> None:
    """It begins anew each time, in the middle of an interval, and learns nothing twice."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    total = len(CLIENTS) * INTERVALS
    for kill in range(KILLS):
        wanted = chance.randrange(total * kill // KILLS, total * (kill + 1) // KILLS)
        process = start()
        wait_until(
            lambda wanted=wanted: lessons(simulation) >= wanted,  # type: ignore[misc]
            f"{wanted} lessons",
            60,
        )
        process.kill()
        process.wait()

    assert start().wait(60) == 0

    assert packed_states(simulation) == expected_states(simulation), f"seed {seed}"


def test_states_are_exact_when_several_learn_at_once(simulation: Simulation, start: Start) -> None:
    """Whoever comes first writes; the others see that it is written."""
    processes = [start() for _ in range(3)]

    assert [each.wait(90) for each in processes] == [0, 0, 0]

    assert packed_states(simulation) == expected_states(simulation)
