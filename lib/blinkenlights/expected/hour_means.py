"""How far hours are off, and how far they usually are: by how much they may move the level.

An hour is judged when it is over, as its mean varies far less than its rows do. So a drop that is
within the noise of each row is told from noise, and by what it moved the level is taken back. What
lasts for days is no incident, and moves it.
"""

from blinkenlights.expected.constants import (
    DRIFT_SHARE,
    HOUR,
    LASTING,
    NOISE_HOURS,
    SHIFT_TIME,
    SURE_HOURS,
)


class HourMeans:
    """Mean deviations of hours and of the last hours together, and the running hour."""

    __slots__ = ("deviation", "drift", "drift_deviation", "hours", "lasting", "moved")

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        deviation: float = 0.0,
        drift: float = 0.0,
        drift_deviation: float = 0.0,
        hours: float = 0.0,
        lasting: float = 0.0,
        moved: float = 0.0,
    ) -> None:
        self.deviation = deviation
        self.drift = drift
        """How far the last hours are off, the newer ones more."""
        self.drift_deviation = drift_deviation
        self.hours = hours
        self.lasting = lasting
        """Hours for which the last ones have been far off, one after the other."""
        self.moved = moved
        """By how much the running hour moved the level."""

    def close(self, mean: float, doubt: float) -> float:
        """End an hour; return how much of what it was off on average may be learned, up to 1.

        `doubt` is by how much its offset may be wrong as the season is young.
        """
        self.hours += 1
        self.drift += max(DRIFT_SHARE, 1 / self.hours) * (mean - self.drift)
        off, drift, weight = abs(mean), abs(self.drift), 1.0
        if self.hours > SURE_HOURS:
            of_drift = weight_of(drift, self.drift_deviation + doubt)
            self.lasting = self.lasting + 1 if of_drift < 1 else 0.0
            if self.lasting <= SHIFT_TIME / HOUR:
                weight = min(of_drift, weight_of(off, self.deviation + doubt))
            # So an incident is not taken for what hours usually are, and more noise is followed.
            off = min(off, LASTING * self.deviation)
            drift = min(drift, LASTING * self.drift_deviation)
        share = max(1 / self.hours, 1 / NOISE_HOURS)
        self.deviation += share * (off - self.deviation)
        self.drift_deviation += share * (drift - self.drift_deviation)
        return weight


def weight_of(off: float, deviation: float) -> float:
    """Return how much what is so far off may teach, as such means deviate."""
    most = LASTING * deviation
    return 1.0 if off <= most or most <= 0 else (most / off) ** 2
