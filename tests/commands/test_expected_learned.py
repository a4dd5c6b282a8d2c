"""`blinkenlights expected show` and `reset`: what was learned, and how to have it learned anew."""

import json
import re
from collections.abc import Callable

import pytest

from blinkenlights.expected.kept import Unusual
from commands.calling import Command
from kinds.expected.learned import configure, packed_states, put, usual
from servers.simulation import Simulation
from servers.valkey import Valkey


@pytest.fixture
def learned(valkey: Valkey, simulate: Callable[..., Simulation]) -> Simulation:
    """Give a store in which something is learned of anna and of a queue."""
    simulation = simulate(valkey.url)
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    put(simulation, "queue", usual(simulation.now), "metric")
    return simulation


def test_what_was_learned_is_shown_hour_by_hour(command: Command, learned: Simulation) -> None:
    """For each hour of the week, a minute: what is expected, and between what it lies."""
    said = command("expected", "show", "anna", "--redis", learned.url)

    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0] == "client anna: 2 weeks, 36 samples at this hour"
    assert lines[3].split() == ["HOUR", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert len(lines) == 4 + 24
    assert re.match(r"06:00  6\d \(5\d-6\d\)", lines[10])
    assert re.match(r"18:00  1\d \(\d+-1\d\)", lines[22])


def test_a_metric_is_shown_as_it_is(command: Command, learned: Simulation) -> None:
    """Not by the minute."""
    said = command("expected", "show", "queue", "--redis", learned.url)

    assert "it is expected to be" in said.out
    assert re.search(r"06:00  \d{3} ", said.out)


def test_what_was_learned_for_programs(command: Command, learned: Simulation) -> None:
    """All 168 hours, and what is left to learn."""
    [said] = json.loads(command("expected", "show", "anna", "--json", "--redis", learned.url).out)

    assert len(said["hours"]) == 168
    assert said["hours"][0]["day"] == said["hours"][0]["hour"] == 0
    assert said["rates_left"] == 0
    assert all(each["low"] < each["expected"] < each["high"] for each in said["hours"])


def test_what_is_still_learned_says_so(command: Command, learned: Simulation) -> None:
    """How much is left, and hours that nobody saw are empty."""
    put(learned, "dora", usual(learned.now, days=1))

    said = command("expected", "show", "dora", "--redis", learned.url)

    assert "learning, 1d until anything is unusual" in said.out
    assert "learning, 6d until a share of what is expected is judged" in said.out
    assert "  -  " in said.out


def test_what_was_unusual_is_shown(command: Command, learned: Simulation) -> None:
    """When, how much came, and how much was expected."""
    row = Unusual(0.62, learned.now - 500, 0.0, 100.0, 140.0)
    put(learned, "anna", usual(learned.now)._replace(below=row))

    said = command("expected", "show", "anna", "--redis", learned.url)

    assert ": 0/min, expected 20 to 28/min (score 0.62)" in said.out


def test_nothing_was_learned_of_a_stranger(command: Command, learned: Simulation) -> None:
    """It is said where that is configured."""
    said = command("expected", "show", "nobody", "--redis", learned.url)

    assert said.code != 0
    assert "nothing was learned of nobody; [expected] says what is learned" in said.err


def test_what_was_learned_is_forgotten(command: Command, learned: Simulation) -> None:
    """By name and by glob, of whatever sort."""
    for name in ("bert", "axel", "amy"):
        put(learned, name, usual(learned.now))

    said = command("expected", "reset", "a*", "queue", "--redis", learned.url)

    assert said.out == (
        "forgotten: client amy\nforgotten: client anna\nforgotten: client axel\n"
        "forgotten: metric queue\n"
    )
    assert list(packed_states(learned)) == ["bert"]
    assert packed_states(learned, "metric") == {}
    assert command("expected", "reset", "a*", "--redis", learned.url).code != 0
