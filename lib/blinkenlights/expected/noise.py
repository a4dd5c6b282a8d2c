"""How much sums of a series vary around what is expected: over a row, an hour and a day.

The variance of a sum with mean M is M, which is what counting costs (Poisson), and v M², which is
what the rate itself does. v is learned from rows, hours and days. A part that is independent from
row to row averages out over longer sums; what is left in sums of hours and days does not.
"""

import math
from typing import NamedTuple

from blinkenlights.expected.constants import (
    DAY,
    HOUR,
    NOISE_CUT,
    NOISE_DAYS,
    NOISE_HOURS,
    NOISE_SHARE,
)


class Sum(NamedTuple):
    """What came, and what was expected of it."""

    observed: float
    expected: float
    """Its mean."""
    doubt: float
    """Standard deviation of this mean, because the season is young."""
    counts: bool

    def excess(self, variance: float) -> float:
        """Return the squared miss beyond what counting and doubt explain.

        It is cut off where it is far beyond the relative variance known so far: an incident is not
        noise. Noise that has grown is followed all the same, as it is cut off often.
        """
        explained = (self.expected if self.counts else 0.0) + self.doubt**2
        most = NOISE_CUT**2 * (explained + variance * self.expected**2)
        return min(most, (self.observed - self.expected) ** 2) - explained


class Spell:
    """Sums over an hour or a day, and the relative variance of those that are over."""

    __slots__ = ("doubt", "excess", "expected", "number", "observed", "over", "square")

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        doubt: float = 0.0,
        excess: float = 0.0,
        expected: float = 0.0,
        number: float = -1.0,
        observed: float = 0.0,
        over: float = 0.0,
        square: float = 0.0,
    ) -> None:
        self.doubt = doubt
        self.excess = excess
        self.expected = expected
        self.number = number
        self.observed = observed
        self.over = over
        self.square = square

    def take(self, number: int, row: Sum, memory: int) -> None:
        """Add a row of spell `number`; the one before it teaches when another begins."""
        if number != self.number:
            if self.expected > 0:
                self.over += 1
                share = max(1 / self.over, 1 / memory)
                whole = Sum(self.observed, self.expected, self.doubt, row.counts)
                # The first of them has nothing to be cut off by.
                variance = self.variance if self.over > 1 else math.inf
                self.excess += share * (whole.excess(variance) - self.excess)
                self.square += share * (self.expected**2 - self.square)
            self.number = float(number)
            self.observed = self.expected = self.doubt = 0.0
        self.observed += row.observed
        self.expected += row.expected
        # Neighbouring hours are wrong alike, so doubts add up.
        self.doubt += row.doubt

    @property
    def variance(self) -> float:
        """Return the relative variance beyond counting; 0 while none is known."""
        return max(0.0, self.excess / self.square) if self.square > 0 else 0.0


class Noise:
    """Relative variances, and the factor from squared roots to means."""

    __slots__ = ("days", "excess", "fitted", "hours", "observed", "square")

    def __init__(  # noqa: PLR0917 - as they are kept
        self,
        days: Spell | None = None,
        excess: float = 0.0,
        fitted: float = 0.0,
        hours: Spell | None = None,
        observed: float = 0.0,
        square: float = 0.0,
    ) -> None:
        self.days = days or Spell()
        self.excess = excess
        self.fitted = fitted
        self.hours = hours or Spell()
        self.observed = observed
        self.square = square

    def mean(self, root: float, *, counts: bool) -> float:
        """Return the mean of a row whose signed root is expected to be `root`."""
        return self.mean_of(fitted(root, counts=counts))

    def mean_of(self, fit: float) -> float:
        """Return the mean of a row whose root stands for `fit` by itself."""
        return fit * self.observed / self.fitted if self.fitted > 0 < self.observed else fit

    def learn(self, row: Sum, fit: float, local: float, share: float, *, settled: bool) -> None:
        """Take a row, its observed value with what is too strange cut off.

        `fit` is what the root expected of it stands for by itself; `settled` says that the week has
        been seen, so that sums of hours and days may teach.
        """
        # A level that is only just found is not the noise of the series.
        self.observed += share * (row.observed - self.observed)
        self.fitted += share * (fit - self.fitted)
        self.excess += share * (row.excess(self._row_variance) - self.excess)
        self.square += share * (row.expected**2 - self.square)
        if settled:
            self.hours.take(int(local // HOUR), row, NOISE_HOURS)
            self.days.take(int(local // DAY), row, NOISE_DAYS)

    @property
    def _row_variance(self) -> float:
        return max(0.0, self.excess / self.square) if self.square > 0 else 0.0

    def variance(self, seconds: float, step: float) -> float:
        """Return the relative variance of sums over some seconds, beyond that of counting."""
        row = self._row_variance
        hour, day = self.hours.variance, self.days.variance
        if step >= HOUR:
            return _between(row, step, day if self.days.over else row, DAY, seconds)
        if seconds <= HOUR or not self.days.over:
            return _between(row, step, hour if self.hours.over else row, HOUR, seconds)
        return _between(hour, HOUR, day, DAY, seconds)


def share_of_row(rows: float, pace: float) -> float:
    """Return how much a row moves the noise."""
    return max(1 / rows, NOISE_SHARE * pace)


def fitted(root: float, *, counts: bool) -> float:
    """Return the mean that a root stands for, by itself.

    The mean of roots is below the root of the mean. For Poisson's distribution the squares differ
    by a quarter, and by less where there is hardly anything.
    """
    square = math.copysign(root * root, root)
    if not counts:
        return square
    square = max(0.0, square)
    return square - 0.25 * math.expm1(-4 * square)


def _between(short: float, start: float, long: float, end: float, seconds: float) -> float:
    """Return the variance at `seconds`, of which one part averages out and the other stays.

    Both are told by the variances at `start` and `end`. Below and beyond these nothing changes.
    """
    seconds = max(start, min(end, seconds))
    if start >= end:
        return short
    averaging = max(0.0, min(short, (short - long) / (1 - start / end)))
    staying = max(0.0, long - averaging * start / end)
    return staying + averaging * start / seconds
