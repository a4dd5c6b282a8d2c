"""A clock that is set, or a process that stands still, is noticed at the next reading."""

import asyncio

import pytest

from blinkenlights.collector.guarded_clock import Break, GuardedClock, Timers

NOW = 1_000_000.0


class Machine:
    """A machine whose clocks the test moves; each may be called for its time."""

    def __init__(self) -> None:
        self.wall = NOW
        self.since_boot = 500.0
        self.awake = 400.0
        self.busy = 3.0
        self.broken: list[Break] = []
        timers = Timers(lambda: self.since_boot, lambda: self.awake, lambda: self.busy)
        self.clock = GuardedClock(lambda: self.wall, self.broken.append, timers)

    def passes(self, seconds: float, *, asleep: bool = False, busy: float = 0.0) -> None:
        """Let time pass evenly; a suspended machine counts none of it as awake."""
        self.wall += seconds
        self.since_boot += seconds
        self.awake += 0.0 if asleep else seconds
        self.busy += busy


@pytest.mark.parametrize(
    ("set_by", "words"),
    [
        pytest.param(3600.0, "set ahead by 1h", id="an-hour-ahead"),
        pytest.param(-3600.0, "set back by 1h", id="an-hour-back"),
        pytest.param(86_400.0, "set ahead by 1d", id="a-day-ahead"),
        pytest.param(-86_400.0, "set back by 1d", id="a-day-back"),
        pytest.param(0.8, "set ahead by 0.8s", id="a-little-ahead"),
        pytest.param(-1.0, "set back by 1s", id="a-leap-second"),
    ],
)
def test_a_clock_that_was_set_is_noticed_before_anybody_has_its_time(
    set_by: float, words: str
) -> None:
    """Whoever moves a watermark by that reading has been told of the break by then."""
    machine = Machine()
    machine.clock()
    machine.passes(0.1)
    machine.clock()
    machine.passes(0.05)
    machine.wall += set_by

    now = machine.clock()

    (broken,) = machine.broken
    assert now == NOW + 0.15 + set_by
    assert broken.since == pytest.approx(min(NOW + 0.1, now))
    assert broken.because == f"the collector's clock was {words}"
    assert broken.set_by == pytest.approx(set_by)


def test_time_that_goes_on_evenly_is_no_break() -> None:
    """Nobody has to read it often, and NTP may slew it."""
    machine = Machine()
    machine.clock()
    for seconds in (0.0, 0.5, 0.001, 100.0):
        machine.passes(seconds)
        machine.wall += seconds * 0.0005
        machine.clock()

    assert machine.broken == []


def test_a_suspended_machine_is_told_from_a_clock_that_was_set() -> None:
    """Its clock went on; only what counts its waking hours stood still."""
    machine = Machine()
    machine.clock()
    machine.passes(600, asleep=True)

    machine.clock()

    (broken,) = machine.broken
    assert broken.because == "the collector's machine was suspended for 10m"
    assert broken.set_by == 0


@pytest.mark.parametrize(
    ("stood", "busy", "because"),
    [
        pytest.param(40.0, 0.0, "the collector was suspended for 40s", id="stopped"),
        pytest.param(3.0, 2.9, "the collector was busy with other work for 3s", id="busy"),
        pytest.param(1.9, 0.0, "", id="a-busy-machine"),
    ],
)
def test_a_process_that_stands_still_is_noticed_while_it_is_watched(
    stood: float, busy: float, because: str
) -> None:
    """The loop should have read the clock by then; our own work is not blamed on anybody."""
    machine = Machine()

    async def stand_still() -> None:
        watching = asyncio.create_task(machine.clock.watch())
        await asyncio.sleep(0)
        machine.passes(stood, busy=busy)
        machine.clock()
        watching.cancel()

    asyncio.run(stand_still())

    assert [each.because for each in machine.broken] == ([because] if because else [])
    assert [each.was_busy for each in machine.broken] == ([busy > 0] if because else [])


def test_being_stopped_between_two_of_its_clocks_is_not_a_clock_that_was_set() -> None:
    """They are read again until they were read at once."""
    machine = Machine()
    stops = iter([0.0, 30.0])

    def wall() -> float:
        machine.passes(next(stops, 0.0))
        return machine.wall

    timers = Timers(lambda: machine.since_boot, lambda: machine.awake, lambda: machine.busy)
    clock = GuardedClock(wall, machine.broken.append, timers)
    clock()

    clock()

    assert machine.broken == []
