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
    floor: float
    """The smallest width that means anything."""
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

    def __init__(self) -> None:
        self.rows = 0.0
        self.low = self.high = self.middle = 0.0
        self.deviation = 0.0
        self.peak = self.peaks = 0.0
        self.low_limit = self.high_limit = 0.0
        self.low_since = self.high_since = LONG_AGO

    def band(self, floor: float) -> tuple[float, float]:
        """Return the range, cut where it is wider than deviation and peaks explain."""
        low = max(self.low, self.middle - LOW_BAND * max(self.deviation, floor * LOW_FLOOR))
        if self.peaks <= TAIL_PEAKS:
            return low, self.high
        size = max(self.peak, TAIL * self.deviation, floor * HIGH_FLOOR)
        return low, min(self.high, self.middle + HIGH_BAND * size)

    def excess_of_band(self, value: float, sight: Sight) -> float:
        """Take a number; return how many widths it is above the band, or below it as a negative."""
        if self._first(value):
            return 0.0
        low, high = self.band(sight.floor)
        width = max(high - low, sight.floor)
        if value > high:
            self._raise(value, width, sight)
        elif value < low:
            self._lower(value, width, sight)
        return self._learn(value, low, high, width, sight)

    def excess_of_record(self, value: float, sight: Sight) -> float:
        """Take a number; return how many widths it is beyond all that was seen."""
        if self._first(value):
            return 0.0
        low, high = self.low, self.high
        width = max(high - low, sight.floor)
        self.low, self.high = min(low, value), max(high, value)
        return self._learn(value, low, high, width, sight)

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

    def _learn(self, value: float, low: float, high: float, width: float, sight: Sight) -> float:
        within = max(low, min(high, value)) if self.rows > CLIPPED_ROWS else value
        off = abs(within - self.middle)
        if off > TAIL * self.deviation > 0:
            self.peaks += 1
            self.peak += max(1 / self.peaks, TAIL_SHARE) * (off - self.peak)
        share = max(1 / self.rows, RANGE_SHARE * sight.share)
        self.deviation += share * (off - self.deviation)
        self.middle += share * (within - self.middle)
        self.high += sight.forgotten * (self.middle - self.high)
        self.low += sight.forgotten * (self.middle - self.low)
        if value > high:
            return (value - high) / width
        return (value - low) / width if value < low else 0.0
