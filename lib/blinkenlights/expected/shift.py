"""A level that has changed: since when, and what it was before."""

from blinkenlights.expected.constants import SHIFT_SPREADS


class Shift:
    """Follows how long the mean residual is off, and whether the level went after it."""

    __slots__ = ("before", "limit", "off_level", "off_since", "side", "side_since", "since")

    def __init__(self) -> None:
        self.side = self.side_since = 0.0
        self.limit = self.off_level = self.off_since = 0.0
        self.since = self.before = 0.0

    def take(
        self, moment: float, residual: float, mean: float, level: float, spread: float
    ) -> None:
        """Take a row: its residual, the mean of the last ones, and level and spread.

        A short outage does not move the level far, so it ends as it began. What lasts moves it
        until nothing is off any more: then there is a new level, since the first row that was off.
        """
        side = 1.0 if residual > 0 else -1.0
        if side != self.side:
            self.side, self.side_since = side, moment
        if not self.limit:
            if abs(mean) > SHIFT_SPREADS * spread > 0:
                self.limit, self.off_level = SHIFT_SPREADS * spread, level
                self.off_since = self.side_since
        elif abs(mean) <= self.limit:
            if abs(level - self.off_level) > self.limit:
                self.since, self.before = self.off_since, self.off_level
            self.limit = self.off_level = self.off_since = 0.0
