"""How often rows come, and which of them count."""

from blinkenlights.expected.constants import (
    CLOCK_BACK_ROWS,
    DAY,
    FIRST_STEP,
    PAUSE_STEPS,
    STEADY_ROWS,
    STEP_MEMORY,
)


class Pace:
    """The step of a series in seconds, with the first and the newest moment."""

    __slots__ = ("first", "late_rows", "newest", "newest_late", "rows", "step")

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        first: float = 0.0,
        late_rows: float = 0.0,
        newest: float = 0.0,
        newest_late: float = 0.0,
        rows: float = 0.0,
        step: float = FIRST_STEP,
    ) -> None:
        self.first = first
        self.late_rows = late_rows
        self.newest = newest
        self.newest_late = newest_late
        self.rows = rows
        self.step = step

    def take(self, moment: float) -> float | None:
        """Count a row and return the seconds since the one before it; None when it is late.

        A row that is as old as the newest is late as well: it was counted already. When many rows
        come that are older, and each is newer than the one before it, the clock was put back; then
        they count.
        """
        if self.rows == 0:
            self.rows, self.first, self.newest = 1.0, moment, moment
            return 0.0
        gap = moment - self.newest
        if gap <= 0 and not self._put_back(moment):
            return None
        self.late_rows = 0.0
        if gap > 0 and not (self.rows >= STEADY_ROWS and gap >= PAUSE_STEPS * self.step):
            self.step += (gap - self.step) / min(self.rows, STEP_MEMORY)
        self.rows += 1
        self.first = min(self.first, moment)
        self.newest = moment
        return max(gap, 0.0)

    def _put_back(self, moment: float) -> bool:
        ascending = self.late_rows == 0 or moment > self.newest_late
        if moment == self.newest or not ascending:
            self.late_rows = 0.0
            return False
        self.late_rows += 1
        self.newest_late = moment
        return self.late_rows >= CLOCK_BACK_ROWS

    @property
    def share(self) -> float:
        """Return how much a row counts, of one of five minutes or more."""
        return min(1.0, self.step / FIRST_STEP)

    @property
    def seen(self) -> float:
        """Return seconds from the first row to the newest."""
        return self.newest - self.first

    @property
    def days(self) -> float:
        """Return days from the first row to the newest."""
        return self.seen / DAY
