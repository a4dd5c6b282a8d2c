"""How often somebody may ask: a bucket of permits for each, filled at a steady rate."""

from collections import OrderedDict

MOST_BUCKETS = 10_000
"""Askers remembered; who is forgotten begins with a full bucket."""


class PermitBuckets:
    """A bucket of permits for each of many askers.

    Args:
        per_second: Permits that one gets back each second.
        burst: Permits that one can have at most.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, asker: str, now: float) -> float:
        """Take a permit; returns 0, or for how many seconds there is none.

        Args:
            asker: Who asks.
            now: Seconds of a clock that nobody sets.
        """
        left, at = self._buckets.pop(asker, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        short = 1.0 - left
        if short <= 0:
            left -= 1.0
        self._buckets[asker] = (left, now)
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return max(0.0, short / self._per_second)
