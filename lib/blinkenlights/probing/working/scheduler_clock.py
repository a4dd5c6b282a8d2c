"""The time of the scheduler, whatever the clock of this machine says."""

from collections import deque

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.guarded_clock import Ticks, seconds_since_boot

SHEETS = 10
"""So many of the last sheets are compared: the one that came fastest tells most."""
FENCE_SECONDS = 60.0
"""How long the newest scheduler may be silent before an older one is believed again: the store may
have lost which epoch it was."""


class SchedulerClock:
    """Gives the time by the clock of the scheduler, and says which scheduler that is.

    Before the first sheet it is the machine's own. After that setting the machine's clock changes
    nothing: the seconds since the last sheets are counted by a clock that nobody sets.

    Args:
        clock: The machine's time.
        ticks: Seconds of a clock that nobody sets.
    """

    def __init__(self, clock: Clock = wall_clock, ticks: Ticks = seconds_since_boot) -> None:
        self.epoch = 0
        """Of the newest scheduler that was heard."""
        self.scheduler = ""
        """Its name; empty before its first sheet."""
        self._clock = clock
        self._ticks = ticks
        self._offsets: deque[float] = deque(maxlen=SHEETS)
        self._offset = 0.0
        self._heard_at = ticks()

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._ticks() - self._offset if self._offsets else self._clock()

    @property
    def ahead(self) -> float:
        """By how many seconds the machine's clock is ahead of it."""
        return self._clock() - self()

    def is_old(self, epoch: int) -> bool:
        """Return whether somebody speaks who is no scheduler any more."""
        return epoch < self.epoch

    def heard(self, scheduler: str, epoch: int, now: float) -> bool:
        """Take a sheet; returns whether it came from the scheduler that is believed."""
        ticks = self._ticks()
        if epoch < self.epoch and ticks - self._heard_at < FENCE_SECONDS:
            return False
        if epoch != self.epoch or scheduler != self.scheduler:
            self._offsets.clear()
        self.epoch, self.scheduler, self._heard_at = epoch, scheduler, ticks
        self._offsets.append(ticks - now)
        self._offset = min(self._offsets)
        return True
