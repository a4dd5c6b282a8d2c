"""What one collector has done since it started, and in the last minute."""

from blinkenlights.clock import Clock


class SlidingMinute:
    """How many there were in the last 60 seconds, to the second."""

    def __init__(self) -> None:
        self._seconds: dict[int, int] = {}

    def add(self, count: int, now: float) -> None:
        """Count so many at `now`."""
        second = int(now)
        self._seconds[second] = self._seconds.get(second, 0) + count
        if len(self._seconds) > 60:  # noqa: PLR2004 - seconds in a minute
            self.total(now)

    def total(self, now: float) -> int:
        """Return how many were counted in the minute before `now`."""
        newest = int(now)
        # A clock that was set back leaves seconds that are yet to come: those go as well.
        self._seconds = {
            second: count
            for second, count in self._seconds.items()
            if newest - 60 < second <= newest
        }
        return sum(self._seconds.values())


class Tally:
    """The numbers of a collector's report, over all its sources."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock()
        self._stored_lately = SlidingMinute()
        self._rejected_lately = SlidingMinute()
        self.stored = 0
        """Messages stored since the start."""
        self.dropped = 0
        """Datagrams lost since the start, because they came faster than they could be taken."""

    def count(self, stored: int, rejected: int) -> None:
        """Count what a batch held."""
        now = self._clock()
        self.stored += stored
        self._stored_lately.add(stored, now)
        self._rejected_lately.add(rejected, now)

    def stored_per_second(self) -> float:
        """Return the mean over the last minute, or since the start when that is less ago."""
        now = self._clock()
        return self._stored_lately.total(now) / min(60.0, max(1.0, now - self._started))

    def rejects_per_minute(self) -> float:
        """Return how many messages were rejected in the last minute."""
        return float(self._rejected_lately.total(self._clock()))
