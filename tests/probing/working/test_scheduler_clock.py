"""The time of the scheduler, by what its sheets say."""

import pytest

from blinkenlights.probing.working.scheduler_clock import FENCE_SECONDS, SHEETS, SchedulerClock


class Machine:
    """A clock that may be set, and one that may not."""

    def __init__(self) -> None:
        self.wall = 5_000.0
        self.ticks = 70.0

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.ticks += seconds


@pytest.fixture
def machine() -> Machine:
    """Give a machine whose clock says 5000."""
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SchedulerClock:
    """Give the clock of a worker there."""
    return SchedulerClock(lambda: machine.wall, lambda: machine.ticks)


def test_before_the_first_sheet_it_is_the_machines(clock: SchedulerClock) -> None:
    """There is nothing better."""
    assert (clock(), clock.ahead, clock.scheduler) == (5_000.0, 0.0, "")


def test_it_follows_the_scheduler(clock: SchedulerClock, machine: Machine) -> None:
    """Also when the machine's clock is set."""
    clock.heard("s", 1, 4_400.0)
    machine.passes(10.0)
    assert (clock(), clock.ahead) == (4_410.0, 600.0)

    machine.wall -= 600.0

    assert (clock(), clock.ahead) == (4_410.0, 0.0)


def test_the_sheet_that_came_fastest_tells_most(clock: SchedulerClock, machine: Machine) -> None:
    """Others were on their way for longer."""
    for delay in (0.4, 0.01, 0.3):
        machine.passes(1.0)
        clock.heard("s", 1, machine.wall - delay)

    assert clock() == pytest.approx(machine.wall - 0.01)


def test_a_scheduler_whose_clock_is_set_is_followed(
    clock: SchedulerClock, machine: Machine
) -> None:
    """After some sheets."""
    clock.heard("s", 1, machine.wall)
    for _ in range(SHEETS):
        machine.passes(1.0)
        clock.heard("s", 1, machine.wall - 30.0)

    assert clock() == pytest.approx(machine.wall - 30.0)


def test_another_scheduler_has_another_clock(clock: SchedulerClock, machine: Machine) -> None:
    """From its first sheet on."""
    clock.heard("s", 1, machine.wall)
    clock.heard("s", 2, machine.wall - 5.0)

    assert clock() == machine.wall - 5.0
    assert clock.is_old(1)


def test_one_that_was_replaced_is_not_heard(clock: SchedulerClock, machine: Machine) -> None:
    """Unless the newer one is silent for a minute: then the store has forgotten the number."""
    clock.heard("s", 7, machine.wall)
    machine.passes(FENCE_SECONDS - 1.0)
    assert not clock.heard("s", 1, machine.wall - 9.0)
    assert clock() == machine.wall

    machine.passes(1.0)

    assert clock.heard("s", 1, machine.wall - 9.0)
    assert clock() == machine.wall - 9.0
    assert not clock.is_old(1)
