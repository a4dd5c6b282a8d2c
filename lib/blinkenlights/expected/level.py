"""The level of a series, how far rows lie around it, and the hour that teaches the season."""

from typing import NamedTuple

from blinkenlights.expected.constants import CLIP, CLIP_ROWS, LEVEL_SHARE
from blinkenlights.expected.hour_means import HourMeans
from blinkenlights.expected.season import Season


class Lesson(NamedTuple):
    """What a row teaches."""

    hour: int
    """Of local time, counted from the epoch."""
    offset: float
    """What the season expected above the level."""
    clipped: float
    """What was left, as far as it may teach."""
    share: float
    """By which it moves level and spread."""
    is_early: bool
    """Whether the level is still being found."""
    is_settled: bool
    """Whether a week has been seen."""


def share_of_level(rows: float, pace: float) -> float:
    """Return by how much a row moves the level, of so many until now, as much as it counts."""
    return max(LEVEL_SHARE * pace, 1 / rows)


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

    def learn(self, season: Season, hours: HourMeans, row: Lesson) -> None:
        """Take a row. The hour before teaches the season when another one begins.

        What an hour of which nothing was known is off by is its own, and no change of the level.
        While the level is being found, the hours that were seen keep their height.
        """
        self.spread += row.share * (abs(row.clipped) - self.spread)
        if self.hour_rows and row.hour != self.hour:
            self._close(season, hours, row)
        self.hour = float(row.hour)
        self.hour_sum += row.offset + row.clipped
        self.hour_rows += 1
        moved = row.share * row.clipped
        if row.is_early:
            season.lower(moved)
            self.hour_sum -= self.hour_rows * moved
        else:
            moved *= season.belief(row.hour)
        self.level += moved
        hours.moved += moved

    def _close(self, season: Season, hours: HourMeans, row: Lesson) -> None:
        hour = int(self.hour)
        offset = self.hour_sum / self.hour_rows
        if row.is_settled:
            weight = hours.close(offset - season.slot(hour), season.doubt(hour))
            self.level -= (1 - weight) * hours.moved
        hours.moved = 0.0
        season.learn(hour, offset)
        self.hour_sum = self.hour_rows = 0.0
