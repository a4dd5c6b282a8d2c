"""The collector's own numbers, by a clock that the test sets."""

from blinkenlights.collector.tally import Tally


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """Return the moment."""
        return self.now


def test_rates_are_those_of_the_last_minute() -> None:
    """What is older does not count any more, except in the total."""
    clock = Clock()
    tally = Tally(clock)
    tally.count(stored=6000, rejected=5)
    clock.now += 59
    tally.count(stored=600, rejected=1)

    before = (tally.stored_per_second(), tally.rejects_per_minute())
    clock.now += 2
    after = (tally.stored_per_second(), tally.rejects_per_minute())

    assert before == (6600 / 59, 6.0)
    assert after == (10.0, 1.0)
    assert tally.stored == 6600


def test_a_collector_that_just_started_divides_by_its_own_age() -> None:
    """A thousand in the first ten seconds are a hundred a second."""
    clock = Clock()
    tally = Tally(clock)
    clock.now += 10

    tally.count(stored=1000, rejected=0)

    assert tally.stored_per_second() == 100


def test_a_clock_that_is_set_back_leaves_no_ghosts() -> None:
    """Seconds that are yet to come do not count."""
    clock = Clock()
    tally = Tally(clock)
    tally.count(stored=1000, rejected=1000)
    clock.now -= 3600

    tally.count(stored=1, rejected=1)

    assert tally.rejects_per_minute() == 1


def test_months_of_work_need_no_more_memory_than_a_minute() -> None:
    """Old seconds are thrown away though nobody asks for the rate."""
    clock = Clock()
    tally = Tally(clock)

    for _ in range(10_000):
        clock.now += 1
        tally.count(stored=1, rejected=1)

    assert len(tally._stored_lately._seconds) <= 61
