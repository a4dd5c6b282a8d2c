"""The level of a series, how far rows lie around it, and the hour that teaches the season."""

from typing import NamedTuple

from blinkenlights.expected.constants import CLIP, CLIP_ROWS, LEVEL_SHARE
from blinkenlights.expected.season import Season


class Lesson(NamedTuple):
    """What a row teaches."""

    hour: int
    """Of local time, counted from the epoch."""
    offset: float
    """What the season expected above the level."""
    clipped: float
    """What was left, as far as it may teach."""


class Level:
    """Level and spread, on the scale of roots, and the running hour."""

    __slots__ = ("hour", "hour_rows", "hour_sum", "level", "spread")

    def __init__(
        self,
        hour: float = 0.0,
        hour_rows: float = 0.0,
        hour_sum: float = 0.0,
        level: float = 0.0,
        spread: float = 0.0,
    ) -> None:
        self.hour = hour
        self.hour_rows = hour_rows
        self.hour_sum = hour_sum
        self.level = level
        self.spread = spread

    def clipped(self, residual: float, rows: float) -> float:
        """Return as much of a residual as may teach."""
        if rows <= CLIP_ROWS:
            return residual
        limit = CLIP * self.spread
        return max(-limit, min(limit, residual))

    def learn(self, season: Season, row: Lesson, rows: float, pace: float) -> None:
        """Take a row, the number of rows until now, and how much it counts.

        The hour before teaches the season when another one begins.
        """
        share = max(LEVEL_SHARE * pace, 1 / rows)
        self.spread += share * (abs(row.clipped) - self.spread)
        if self.hour_rows and row.hour != self.hour:
            season.learn(int(self.hour), self.hour_sum / self.hour_rows)
            self.hour_sum = self.hour_rows = 0.0
        self.hour = float(row.hour)
        self.hour_sum += row.offset + row.clipped
        self.hour_rows += 1
        self.level += share * row.clipped
