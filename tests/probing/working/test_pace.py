"""How many probes at a time a worker takes, by how late its loop runs."""

from blinkenlights.probing.working.pace import TICK, Pace

LATE = 2.0


def looked(pace: Pace, late: float, seconds: float, now: float, busy: int = 80) -> float:
    """Let a pace look for some seconds; returns the time after that."""
    for _ in range(round(seconds / TICK)):
        now += TICK
        pace.looked(late, busy, now)
    return now


def test_a_worker_in_time_takes_all_that_it_may() -> None:
    """However long."""
    pace = Pace(100)
    looked(pace, 0.01, 60.0, 0.0)

    assert (pace.capacity, pace.behind_since, pace.is_behind) == (100, None, False)


def test_one_pause_is_nobodys_trouble() -> None:
    """Half a second, as collecting garbage may take."""
    pace = Pace(100)
    now = looked(pace, 0.0, 1.0, 0.0)
    pace.looked(0.5, 80, now)

    assert (pace.capacity, pace.behind_since) == (100, None)


def test_a_worker_that_is_late_takes_fewer_than_it_has() -> None:
    """Once a second, until it is in time."""
    pace = Pace(100)
    now = looked(pace, LATE, 0.5, 100.0)
    assert (pace.capacity, pace.behind_since) == (56, 100.1)

    looked(pace, LATE, 5.0, now)

    assert 1 <= pace.capacity < 20


def test_it_takes_at_least_one() -> None:
    """Else nobody would see that it recovers."""
    pace = Pace(4)
    looked(pace, LATE, 60.0, 0.0, busy=0)

    assert pace.capacity == 1


def test_it_recovers_slowly() -> None:
    """It counts as behind until it takes all again."""
    pace = Pace(100)
    now = looked(pace, LATE, 0.2, 0.0)
    now = looked(pace, 0.0, 2.0, now)
    assert pace.behind_since
    assert 56 < pace.capacity < 70

    looked(pace, 0.0, 10.0, now)

    assert pace.capacity == 100
    assert not pace.behind_since


def test_a_machine_that_stood_still_is_not_late() -> None:
    """What was forgiven does not count."""
    pace = Pace(100)
    pace.looked(0.7, 10, 1.0)
    pace.forgive()
    pace.looked(0.7, 10, 1.1)

    assert pace.capacity == 100
