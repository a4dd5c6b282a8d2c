"""Whether the workers of a location carry what is due there: the scaling limit."""

LEAST_SECONDS = 15.0
LONGEST_SECONDS = 3600.0
PERIODS = 2.0
"""The limit counts for so many periods of an endpoint that was missed, as that is about how long
it takes until the next one would be."""
NOBODY_SECONDS = 5.0
"""How long something may wait where no worker is, until that counts."""


class ScalingLimit:
    """Since when a location has too few workers. Pure; times are seconds since the epoch."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._until = 0.0
        self._nobody_since: float | None = None

    def hit(self, now: float, period: float) -> None:
        """Note that an endpoint was due again before there was room for it."""
        seconds = min(max(LEAST_SECONDS, PERIODS * period), LONGEST_SECONDS)
        self._until = max(self._until, now + seconds)
        if self.since is None:
            self.since = now

    def look(self, now: float, *, capacity: int, waiting: int) -> None:
        """Note how it is now: the limit is over when nothing was missed for a while."""
        if capacity or not waiting:
            self._nobody_since = None
        elif self._nobody_since is None:
            self._nobody_since = now
        elif now - self._nobody_since >= NOBODY_SECONDS:
            self.hit(now, 0.0)
        if self.since is not None and now >= self._until:
            self.since = None
