"""Each interval is learned once and where it belongs: gaps, late reports, backlogs, clocks."""

from typing import Any

import pytest

from blinkenlights.expected.kept import pack_kept
from kinds.expected.learned import (
    FIVE_MINUTES,
    after_rows,
    detector_of,
    packed_states,
)
from kinds.expected.lessons import SINCE, later, learn, learner_of, rows
from servers.duties import DutifulCollector
from servers.simulated_transfers import REPORTS, Transfers


def test_an_interval_is_left_alone_until_all_of_it_is_stored(transfers: Transfers) -> None:
    """What waits in a queue belongs to it."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.heard(behind=SINCE + 1)
    collector = DutifulCollector(simulation)
    collector.work()
    before = packed_states(simulation)
    transfers.over("alice", 211)
    transfers.heard()

    collector.work()

    assert before == {}
    assert detector_of(simulation, "alice").level.level ** 2 == pytest.approx(2)


def test_a_gap_teaches_nothing(transfers: Transfers) -> None:
    """What was not heard from its beginning to its end is neither zero nor less than it was."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    later(transfers)
    simulation.gap(SINCE + 100, SINCE + 90, REPORTS)
    transfers.over("alice", 210)

    collector.work()
    later(transfers)
    collector.work()

    assert rows(simulation) == 2
    assert detector_of(simulation, "alice").pace.newest == simulation.now - SINCE - FIVE_MINUTES


def test_what_comes_late_does_not_count(transfers: Transfers) -> None:
    """Its interval is learned already."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    before = packed_states(simulation)
    transfers.over("alice", 220, 230, 240)
    collector.work()

    assert packed_states(simulation) == before


def test_a_backlog_of_an_hour_is_learned_interval_by_interval(transfers: Transfers) -> None:
    """Each transfer counts where it belongs, as its time says."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    first = simulation.now - SINCE - FIVE_MINUTES
    simulation.now += 3600
    given = [(first, 1.0)]
    for place in range(12):
        age = SINCE + 3600 - (place * FIVE_MINUTES) - 10.0
        transfers.over("alice", *([age] * place))
        given.append((first + FIVE_MINUTES * (place + 1), float(place)))
    transfers.heard()

    collector.work()

    assert packed_states(simulation)["alice"] == pack_kept(after_rows(given))


def test_a_clock_that_goes_back_teaches_nothing_twice(transfers: Transfers) -> None:
    """The hour that comes again was learned; after it goes on what is new."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation)
    for _ in range(3):
        transfers.over("alice", 210)
        collector.work()
        later(transfers)
    before = packed_states(simulation)
    simulation.now -= 3 * FIVE_MINUTES
    for _ in range(3):
        transfers.heard()
        collector.work()
        assert packed_states(simulation) == before
        simulation.now += FIVE_MINUTES
    transfers.heard()
    collector.work()

    assert rows(simulation) == 4


def test_what_a_clock_far_ahead_taught_does_not_stop_learning_for_ever(
    transfers: Transfers,
) -> None:
    """After an hour of rows that are a year older, these are the present."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    learn(simulation, simulation.now - SINCE)
    simulation.now -= 365 * 86400
    start = simulation.now - SINCE
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.set("blinkenlights:{collector}:born", start - 9e6)))
    transfers.heard()
    for place in range(13):
        simulation.now += FIVE_MINUTES
        transfers.heard()
        learn(simulation, start + place * FIVE_MINUTES)

    assert detector_of(simulation, "alice").pace.newest == start + 11 * FIVE_MINUTES


@pytest.mark.parametrize("hours", [5, 24, 30])
def test_a_clock_that_was_ahead_stops_learning_for_an_hour(
    transfers: Transfers, hours: int, caplog: pytest.LogCaptureFixture
) -> None:
    """However far it was ahead: twelve rows later the present is learned, and it is said."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    start = simulation.now - SINCE
    learn(simulation, start)
    simulation.now += hours * 3600
    transfers.heard()
    learn(simulation, start + hours * 3600)
    simulation.now -= hours * 3600
    learner = learner_of()
    for place in range(1, 14):
        simulation.now += FIVE_MINUTES
        transfers.heard()
        learn(simulation, start + place * FIVE_MINUTES, learner=learner)

    assert detector_of(simulation, "alice").pace.newest == start + 12 * FIVE_MINUTES
    assert caplog.text.count("learned while the clock of the store was") == 1
