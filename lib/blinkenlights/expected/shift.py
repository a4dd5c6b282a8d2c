"""A level that has changed: since when, and what it was before."""

from blinkenlights.expected.constants import OFF_TIME, SHIFT_SPREADS, SHIFT_TIME
from blinkenlights.expected.level import Level


class Shift:
    """Follows how long the mean residual stays on one side, and moves the level after it."""

    __slots__ = (
        "before",
        "limit",
        "off_level",
        "off_rows",
        "off_since",
        "off_sum",
        "side",
        "side_since",
        "since",
    )

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        before: float = 0.0,
        limit: float = 0.0,
        off_level: float = 0.0,
        off_rows: float = 0.0,
        off_since: float = 0.0,
        off_sum: float = 0.0,
        side: float = 0.0,
        side_since: float = 0.0,
        since: float = 0.0,
    ) -> None:
        self.before = before
        """The level before the present one, as a root."""
        self.limit = limit
        self.off_level = off_level
        self.off_rows = off_rows
        self.off_since = off_since
        self.off_sum = off_sum
        self.side = side
        self.side_since = side_since
        self.since = since
        """Since when the present level holds; 0 while it is the first."""

    def is_long(self, moment: float) -> bool:
        """Return whether the series is off for so long that this is no noise."""
        return bool(self.limit) and moment - self.off_since >= OFF_TIME

    def take(self, moment: float, residual: float, mean: float, level: Level) -> None:
        """Take a row: its residual, and the mean residual of the last ones.

        An outage ends as it began, with the level where it was. What lasts longer than a weekend is
        a new level, since the first row that was off; the level is moved there.
        """
        side = 1.0 if residual > 0 else -1.0
        if side != self.side:
            self.side, self.side_since = side, moment
        if not self.limit:
            if abs(mean) > SHIFT_SPREADS * level.spread > 0:
                self.limit = SHIFT_SPREADS * level.spread * (1.0 if mean > 0 else -1.0)
                self.off_level, self.off_since = level.level, self.side_since
                self.off_rows = self.off_sum = 0.0
            return
        self.off_rows += 1
        self.off_sum += residual + level.level
        # Clearly on the other side: noise alone does not end it.
        if mean * self.limit < 0 and abs(mean) > abs(self.limit) / 4:
            self.limit = 0.0
        elif moment - self.off_since >= SHIFT_TIME:
            level.level = self.off_sum / self.off_rows
            self.since, self.before = self.off_since, self.off_level
            self.limit = 0.0
