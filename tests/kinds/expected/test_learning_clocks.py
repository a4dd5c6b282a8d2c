"""Collectors whose clocks differ for good: one clock, that of the store, says what is learned."""

import pytest

from blinkenlights.expected.kept import pack_kept
from kinds.expected.learned import FIVE_MINUTES, after_rows, detector_of, packed_states
from kinds.expected.lessons import SINCE, later, rows
from servers.duties import DutifulCollector
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import QUEUE

INTERVALS = 13
"""One more than make the present of a clock that was put back."""


def heard_by(transfers: Transfers, name: str, ahead: float) -> None:
    """Say by a clock that is ahead that all transfers are stored."""
    simulation = transfers.simulation
    simulation.now += ahead
    source = simulation.source(REPORTS, kind="transfer")
    simulation.collector(name, sources=[simulation.source(QUEUE), source])
    simulation.now -= ahead


@pytest.mark.parametrize("hours", [0.1, 2, 30, -5])
@pytest.mark.parametrize("is_first", [True, False], ids=["wrong first", "right first"])
def test_a_collector_with_another_clock_for_good_changes_nothing(
    transfers: Transfers, hours: float, is_first: bool
) -> None:
    """Each interval is learned when it is over, with what came in it."""
    simulation = transfers.simulation
    ahead = hours * 3600
    wrong, right = DutifulCollector(simulation, ahead=ahead), DutifulCollector(simulation)
    given = []
    for place in range(INTERVALS):
        transfers.over("alice", *([SINCE + 10.0] * (place + 1)))
        given.append((simulation.now - SINCE - FIVE_MINUTES, float(place + 1)))
        heard_by(transfers, "collector-2", ahead)
        for each in (wrong, right) if is_first else (right, wrong):
            each.work()
        simulation.now += FIVE_MINUTES
        transfers.heard()

    assert packed_states(simulation)["alice"] == pack_kept(after_rows(given))


def test_a_collector_alone_with_another_clock_learns_nothing_and_says_so(
    transfers: Transfers, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows up to when all is stored by the clock of the store. Checks are blind as well."""
    simulation = transfers.simulation
    transfers.over("alice", SINCE + 10)
    heard_by(transfers, "collector-1", 7200)
    collector = DutifulCollector(simulation, ahead=7200)

    collector.work()
    collector.work()

    assert packed_states(simulation) == {}
    assert caplog.text.count("the clock of the store is 2h behind ours: set both") == 1

    caplog.clear()
    transfers.heard()
    DutifulCollector(simulation, ahead=20).work()
    assert rows(simulation) == 1
    assert not caplog.text


def test_a_clock_of_all_that_was_set_back_for_long_is_no_present_for_ever(
    transfers: Transfers,
) -> None:
    """For five hours too early, two hours long: when it is right again the present is learned."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation)
    for hours in (0, -5, 5):
        simulation.now += hours * 3600
        for _ in range(24):
            transfers.over("alice", SINCE + 10)
            later(transfers)
            collector.work()

    last = simulation.now - SINCE - FIVE_MINUTES
    assert detector_of(simulation, "alice").pace.newest == last
    assert detector_of(simulation, "alice").pace.step == pytest.approx(FIVE_MINUTES, rel=0.1)
