"""The range in which a number was so far, and how far beyond it a new one lies."""

from typing import NamedTuple

from blinkenlights.expected.constants import (
    CLIPPED_ROWS,
    HIGH_BAND,
    HIGH_FLOOR,
    HIGH_STRETCH,
    LOW_BAND,
    LOW_FLOOR,
    LOW_STRETCH,
    RANGE_SHARE,
    STRETCH_TIME,
    TAIL,
    TAIL_PEAKS,
    TAIL_SHARE,
)

LONG_AGO = -1e18


class Sight(NamedTuple):
    """What a range is told beside the number itself."""

    moment: float
    share: float
    """How much the row counts."""
    forgotten: float
    """Share by which the ends draw in."""
    learning: bool


class KnownRange:
    """Lowest and highest of what was seen, with middle, mean deviation, and size of peaks."""

    __slots__ = (
        "deviation",
        "high",
        "high_limit",
        "high_since",
        "low",
        "low_limit",
        "low_since",
        "middle",
        "peak",
        "peaks",
        "rows",
    )

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        deviation: float = 0.0,
        high: float = 0.0,
        high_limit: float = 0.0,
        high_since: float = LONG_AGO,
        low: float = 0.0,
        low_limit: float = 0.0,
        low_since: float = LONG_AGO,
        middle: float = 0.0,
        peak: float = 0.0,
        peaks: float = 0.0,
        rows: float = 0.0,
    ) -> None:
        self.deviation = deviation
        self.high = high
        self.high_limit = high_limit
        self.high_since = high_since
        self.low = low
        self.low_limit = low_limit
        self.low_since = low_since
        self.middle = middle
        self.peak = peak
        self.peaks = peaks
        self.rows = rows

    def band(self, floor: float) -> tuple[float, float]:
        """Return the range, cut where it is wider than deviation and peaks explain."""
        low = max(self.low, self.middle - LOW_BAND * max(self.deviation, floor * LOW_FLOOR))
        if self.peaks <= TAIL_PEAKS:
            return low, self.high
        size = max(self.peak, TAIL * self.deviation, floor * HIGH_FLOOR)
        return low, min(self.high, self.middle + HIGH_BAND * size)

    def excess_of_band(self, value: float, floor: float, sight: Sight) -> float:
        """Take a number; return how many widths it is above the band, or below it as a negative.

        `floor` is the smallest width that means anything.
        """
        if self._first(value):
            return 0.0
        low, high = self.band(floor)
        if value > high:
            width = max(high - low, floor)
            self._raise(value, width, sight)
            self._learn(value, high, sight)
            return (value - high) / width
        if value < low:
            width = max(high - low, floor)
            self._lower(value, width, sight)
            self._learn(value, low, sight)
            return (value - low) / width
        self._learn(value, value, sight)
        return 0.0

    def excess_of_record(self, value: float, floor: float, sight: Sight) -> float:
        """Take a number; return how many widths it is beyond all that was seen."""
        if self._first(value):
            return 0.0
        low, high = self.low, self.high
        if value > high:
            self.high = value
            self._learn(value, high, sight)
            return (value - high) / max(high - low, floor)
        if value < low:
            self.low = value
            self._learn(value, low, sight)
            return (value - low) / max(high - low, floor)
        self._learn(value, value, sight)
        return 0.0

    def _first(self, value: float) -> bool:
        self.rows += 1
        if self.rows > 1:
            return False
        self.low = self.high = self.middle = value
        return True

    def _raise(self, value: float, width: float, sight: Sight) -> None:
        if sight.learning:
            self.high = max(self.high, value)
        elif value > self.high:
            if sight.moment - self.high_since >= STRETCH_TIME:
                self.high_since = sight.moment
                self.high_limit = self.high + HIGH_STRETCH * width
            self.high = max(self.high, min(value, self.high_limit))

    def _lower(self, value: float, width: float, sight: Sight) -> None:
        if sight.learning:
            self.low = min(self.low, value)
        elif value < self.low:
            if sight.moment - self.low_since >= STRETCH_TIME:
                self.low_since = sight.moment
                self.low_limit = self.low - LOW_STRETCH * width
            self.low = min(self.low, max(value, self.low_limit))

    def _learn(self, value: float, within: float, sight: Sight) -> None:
        """Learn from a number, or from as much of it as lies within the range."""
        if self.rows <= CLIPPED_ROWS:
            within = value
        middle, deviation = self.middle, self.deviation
        off = abs(within - middle)
        if off > TAIL * deviation > 0:
            self.peaks += 1
            self.peak += max(1 / self.peaks, TAIL_SHARE) * (off - self.peak)
        share = max(1 / self.rows, RANGE_SHARE * sight.share)
        self.deviation = deviation + share * (off - deviation)
        self.middle = middle = middle + share * (within - middle)
        self.high += sight.forgotten * (middle - self.high)
        self.low += sight.forgotten * (middle - self.low)
