"""Rates of transfers as series: one point a minute, and none for what could not be heard."""

from typing import Any

import pytest

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.keys import Slot
from blinkenlights.kinds.metric.window import Window, slots_of
from blinkenlights.store import layout
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.duties import DutifulCollector
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import Simulation

GOOD = "transfers.good{client=alice}"
MINUTE = 60.0


@pytest.fixture
def transfers(simulation: Simulation) -> Transfers:
    """Give a store that hears transfers, 20 s after a minute has begun."""
    assert simulation.now % MINUTE == 20
    return Transfers(simulation)


def facts(simulation: Simulation) -> dict[str, keys.Facts]:
    """Return what is known of all series."""
    redis: Any = simulation.client.redis
    packed = simulation.run(simulation.client.ask(redis.hgetall(keys.FACTS)))
    return {name.decode(): keys.parse_facts(each) for name, each in packed.items()}


def slots(simulation: Simulation, series: str = GOOD) -> list[Slot]:
    """Return the points of the last hour."""
    known = {series: facts(simulation)[series]}
    window = Window(simulation.now - 3600, simulation.now)
    with StoreReader(parse_address(simulation.url), 5) as store:
        return slots_of(store, known, window)[series]


def points(simulation: Simulation) -> dict[float, float]:
    """Return the good ones of alice, by the seconds from the beginning of this minute."""
    begun = simulation.now // MINUTE * MINUTE
    found = slots(simulation)
    assert all(slot.number == 1 for slot in found)
    return {slot.start - begun: slot.last for slot in found}


def later(transfers: Transfers, minutes: float = 1.0) -> None:
    """Let time pass, in which transfers are heard."""
    transfers.simulation.now += minutes * MINUTE
    transfers.heard()


def test_what_went_through_in_a_minute(transfers: Transfers) -> None:
    """Good ones, bad ones and bytes of each client and source, at the end of the minute."""
    transfers.over("alice", 25, 30, 79, size=100)
    transfers.over("alice", 40, size=7, code=503)
    # The minutes before and after.
    transfers.over("alice", 5, 85, size=1000)

    DutifulCollector(transfers.simulation).work()

    found = facts(transfers.simulation)
    end = transfers.simulation.now // MINUTE * MINUTE
    assert {name: (each.event, each.value) for name, each in found.items()} == {
        "transfers.good{client=alice}": (end, 3),
        "transfers.errors{client=alice}": (end, 1),
        "transfers.bytes{client=alice}": (end, 307),
        "transfers.good{source=metpx}": (end, 3),
        "transfers.errors{source=metpx}": (end, 1),
        "transfers.bytes{source=metpx}": (end, 307),
    }
    assert '"unit":"B/min"' in found["transfers.bytes{client=alice}"].extras


def test_a_minute_that_is_not_over_is_left_alone(transfers: Transfers) -> None:
    """Neither is one that was over a moment ago: reports may be on their way."""
    transfers.over("alice", 30)
    collector = DutifulCollector(transfers.simulation)
    collector.work()
    transfers.simulation.now += 49
    transfers.heard()
    transfers.over("alice", 20)
    collector.work()
    before = points(transfers.simulation)
    transfers.simulation.now += 1
    transfers.heard()

    collector.work()

    assert before == {-60: 1}
    assert points(transfers.simulation) == {-60: 1, 0: 1}


def test_who_sent_nothing_while_we_listened_is_at_zero(transfers: Transfers) -> None:
    """Zero is what was measured."""
    transfers.over("alice", 30)
    collector = DutifulCollector(transfers.simulation)
    collector.work()

    for _ in range(3):
        later(transfers)
        collector.work()

    assert points(transfers.simulation) == {-180: 1, -120: 0, -60: 0, 0: 0}


def test_a_minute_that_was_not_heard_is_a_gap(transfers: Transfers) -> None:
    """Not zero, and not what came in the part of it that was heard."""
    transfers.over("alice", 30)
    collector = DutifulCollector(transfers.simulation)
    collector.work()
    later(transfers)
    transfers.over("alice", 70, 75)
    transfers.simulation.gap(50, 40, REPORTS)
    collector.work()

    later(transfers)
    collector.work()

    assert points(transfers.simulation) == {-120: 1, 0: 0}


def test_a_gap_of_others_is_none_of_ours(transfers: Transfers) -> None:
    """That heartbeats were not heard says nothing of transfers."""
    transfers.over("alice", 30)
    transfers.simulation.gap(50, 40)

    DutifulCollector(transfers.simulation).work()

    assert points(transfers.simulation) == {0: 1}


def test_while_a_source_is_away_nothing_is_zero(transfers: Transfers) -> None:
    """Nobody knows yet whether something waits for us there."""
    transfers.over("alice", 30)
    collector = DutifulCollector(transfers.simulation)
    collector.work()

    for minutes in range(1, 6):
        transfers.simulation.now += MINUTE
        transfers.heard(behind=minutes * MINUTE, connected=False)
        collector.work()

    assert points(transfers.simulation) == {-300: 1}


def test_a_backlog_is_waited_for(transfers: Transfers) -> None:
    """Its minutes are counted once they are stored, not as zero before that."""
    transfers.over("alice", 30)
    collector = DutifulCollector(transfers.simulation)
    collector.work()
    transfers.simulation.now += 3 * MINUTE
    transfers.heard(behind=3 * MINUTE)
    collector.work()
    before = points(transfers.simulation)
    transfers.over("alice", 100, 110, 160)
    transfers.heard()

    collector.work()

    assert before == {-180: 1}
    assert points(transfers.simulation) == {-180: 1, -120: 1, -60: 2, 0: 0}


def test_before_the_store_was_born_nothing_is_zero(new_simulation: Simulation) -> None:
    """What was then, nobody counted."""
    transfers = Transfers(new_simulation)
    transfers.over("alice", 30)
    collector = DutifulCollector(new_simulation)
    collector.work()
    assert facts(new_simulation) == {}

    for _ in range(2):
        later(transfers)
        collector.work()

    # The store was new 20 s after a minute had begun.
    assert points(new_simulation) == {0: 0}


def test_several_collectors_store_one_point(transfers: Transfers) -> None:
    """Whether one sees that another was there, or both did the same at the same time."""
    simulation = transfers.simulation
    transfers.over("alice", 30, 35)
    DutifulCollector(simulation).work()
    DutifulCollector(simulation).work()
    before = facts(simulation)
    redis: Any = simulation.client.redis
    marks = simulation.run(simulation.client.ask(redis.keys("*rated")))
    assert len(marks) == 1
    simulation.run(simulation.client.ask(redis.delete(*marks)))

    DutifulCollector(simulation).work()

    # Receipt aside, nothing is other than it was.
    assert facts(simulation) == before
    assert points(simulation) == {0: 2}
    assert before[GOOD].open[3600].number == 1


def test_minutes_in_which_no_collector_worked_are_made_up_for(transfers: Transfers) -> None:
    """What a queue kept for us, of a quarter of an hour at most."""
    transfers.over("alice", 30)
    for _ in range(5):
        DutifulCollector(transfers.simulation).work()
        later(transfers)
    later(transfers, 19)
    transfers.over("alice", 100, 500)

    DutifulCollector(transfers.simulation).work()

    found = slots(transfers.simulation)
    begun = transfers.simulation.now // MINUTE * MINUTE
    assert sum(slot.number for slot in found) == 5 + 15
    assert sum(slot.mean * slot.number for slot in found) == 1 + 2
    assert [slot.start - begun for slot in found[4:6]] == [-1200, -840]


def test_few_of_a_large_fleet(transfers: Transfers) -> None:
    """Who came first goes on, whoever comes later; what is left out is counted."""
    transfers.over("carol", 30)
    collector = DutifulCollector(transfers.simulation, max_numbers=3)
    collector.work()
    before = facts(transfers.simulation)
    later(transfers)
    transfers.over("alice", 30)

    collector.work()

    found = facts(transfers.simulation)
    assert before.keys() == found.keys()
    assert {name.partition("{")[2] for name in found} == {"client=carol}"}
    assert {each.event for each in found.values()} == {transfers.simulation.now // 60 * 60}
    assert left_out(transfers.simulation) == 3 + (3 + 3)


def left_out(simulation: Simulation) -> int:
    """Return how many numbers found no room."""
    redis: Any = simulation.client.redis
    counter = redis.hget(layout.COUNTERS, "trimmed:no room for a number")
    return int(simulation.run(simulation.client.ask(counter)))


def test_none_when_none_are_wanted(transfers: Transfers) -> None:
    """With `max_numbers = 0` there are no series."""
    transfers.over("alice", 30)

    DutifulCollector(transfers.simulation, max_numbers=0).work()

    assert facts(transfers.simulation) == {}


def test_a_clock_that_was_set_back(transfers: Transfers) -> None:
    """It goes on at once, and what was stored for the time to come stays as it is."""
    simulation = transfers.simulation
    transfers.over("alice", 30)
    simulation.now += 3600
    transfers.heard()
    collector = DutifulCollector(simulation)
    collector.work()
    simulation.now -= 3600
    transfers.heard()

    collector.work()

    redis: Any = simulation.client.redis
    [mark] = simulation.run(simulation.client.ask(redis.keys("*rated")))
    done = float(simulation.run(simulation.client.ask(redis.get(mark))))
    assert done == simulation.now // MINUTE * MINUTE
