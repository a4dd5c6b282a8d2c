"""The collector's clock, which notices at each reading whether time went on evenly since the last.

Whoever moves a watermark reads it first, so no watermark passes a moment at which the clock was set
or everything stood still: those who listen are told before the reading is given to anybody.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.plugin.words import span

log = logging.getLogger("blinkenlights.collector")

TICK_SECONDS = 0.25
"""How often it is read when nobody else reads it."""
SET_SECONDS = 0.5
"""By how much the clock may move otherwise than the machine's own count of seconds: NTP adjusts a
clock by half a millisecond a second, and sets it when it is further off than 0.128 s."""
STALLED_SECONDS = 2.0
"""How much later than due it may be read: more than a busy machine lets a loop wait."""
CLOSE_SECONDS = 0.02
"""How far apart the readings of two clocks may be that count as taken at once."""
ATTEMPTS = 5
"""How often they are read until they are that close, on a machine that has other things to do."""

Ticks = Callable[[], float]
"""Seconds of a clock that nobody sets."""


def seconds_since_boot() -> float:
    """Return how long the machine has been up, including the time in which it was suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Timers(NamedTuple):
    """The clocks beside the one that may be set."""

    since_boot: Ticks = seconds_since_boot
    awake: Ticks = time.monotonic
    """Stands still while the machine is suspended."""
    busy: Ticks = time.process_time
    """How much this process has worked."""


class Break(NamedTuple):
    """Why a clock's reading does not follow evenly from the one before."""

    since: float
    """Up to this moment all is well."""
    because: str
    set_by: float
    """Seconds by which the clock was set ahead, below 0 when it was set back; 0 when it was not.
    The times on the two sides cannot be compared then."""
    was_busy: bool
    """Nothing but our own work kept us from reading: what was sent meanwhile waits for us."""


class _Reading(NamedTuple):
    wall: float
    since_boot: float
    awake: float


class GuardedClock:
    """A clock to be called for the time by all of one event loop.

    Args:
        clock: The time, which may be set.
        tell: Gets each break before the reading that showed it is given to anybody.
        timers: What the clock is compared with.
        who: Whose clock it is, for the log.
    """

    def __init__(
        self,
        clock: Clock,
        tell: Callable[[Break], None],
        timers: Timers | None = None,
        who: str = "the collector",
    ) -> None:
        self._who = who
        self._clock = clock
        self._tell = tell
        self._timers = timers or Timers()
        self._last: _Reading | None = None
        self._busy = 0.0
        self._is_watched = False

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        now = self._read()
        before, self._last = self._last, now
        if before is not None:
            broken = self._compare(before, now)
            if broken is not None:
                log.warning("%s", broken.because)
                self._tell(broken)
        return now.wall

    async def watch(self) -> None:
        """Read it often, until cancelled: only then the time between two readings says anything."""
        self()
        self._is_watched = True
        try:
            while True:
                self._busy = self._timers.busy()
                await asyncio.sleep(TICK_SECONDS)
                self()
        finally:
            self._is_watched = False

    def _read(self) -> _Reading:
        for _ in range(ATTEMPTS):
            began = self._timers.since_boot()
            wall, awake = self._clock(), self._timers.awake()
            # Whoever is stopped between two of these would take that for a clock that was set.
            if self._timers.since_boot() - began <= CLOSE_SECONDS:
                break
        return _Reading(wall, began, awake)

    def _compare(self, before: _Reading, now: _Reading) -> Break | None:
        passed = now.since_boot - before.since_boot
        set_by = now.wall - before.wall - passed
        awake = now.awake - before.awake
        asleep = passed - awake
        causes = []
        was_set, was_busy = abs(set_by) > SET_SECONDS, False
        if was_set:
            way = "ahead" if set_by > 0 else "back"
            causes.append(f"{self._who}'s clock was set {way} by {_rounded(abs(set_by))}")
        if asleep > STALLED_SECONDS:
            causes.append(f"{self._who}'s machine was suspended for {_rounded(asleep)}")
        elif self._is_watched and awake > TICK_SECONDS + STALLED_SECONDS:
            was_busy = self._timers.busy() - self._busy > awake / 2
            verb = "was busy with other work" if was_busy else "was suspended"
            causes.append(f"{self._who} {verb} for {_rounded(awake)}")
        if not causes:
            return None
        since = min(before.wall, now.wall)
        because = " and ".join(causes)
        return Break(since, because, set_by if was_set else 0.0, was_busy and not was_set)


def _rounded(seconds: float) -> str:
    return span(round(seconds, 1) if seconds < 10 else round(seconds))  # noqa: PLR2004 - as span
