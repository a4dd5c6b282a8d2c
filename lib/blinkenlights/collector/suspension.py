"""Whether this process and its clock went on evenly between two looks."""

from collections.abc import Callable

from blinkenlights.clock import Clock

UNEVEN_SECONDS = 2.0
"""By how much the clock may be off: more than a busy machine lets a loop wait."""


class SuspensionDetector:
    """Compares the clock with the time that looking and resting should have taken.

    Args:
        clock: The time, which may be set.
        ticks: Seconds of a clock that nobody sets, such as the event loop's.
    """

    def __init__(self, clock: Clock, ticks: Callable[[], float]) -> None:
        self._clock = clock
        self._ticks = ticks
        self._looked: tuple[float, float] | None = None
        self._rested_at = 0.0
        self._rest = 0.0

    def resting(self, seconds: float) -> float:
        """Note that the loop rests now, and for how long at most; returns `seconds`."""
        self._rested_at = self._ticks()
        self._rest = seconds
        return seconds

    def was_suspended(self) -> bool:
        """Note a look; returns whether the process was suspended or its clock set since the last.

        A loop that waits for an answer is not suspended, so only oversleeping a rest counts.
        """
        before, self._looked = self._looked, (self._clock(), self._ticks())
        if before is None:
            return False
        now, ticks = self._looked
        moved = now - before[0]
        longest = self._rested_at - before[1] + self._rest
        shortest = ticks - before[1]
        return moved > longest + UNEVEN_SECONDS or moved < shortest - UNEVEN_SECONDS
