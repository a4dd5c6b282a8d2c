"""From the slots of a series to curves."""

from collections.abc import Iterable
from typing import Literal

from blinkenlights.kinds.metric.keys import Slot
from blinkenlights.kinds.rows import Curve

COLUMNS = 240
"""Columns of a curve at most: more than that nobody can tell apart."""


class Columns:
    """Gathers slots into columns of one length.

    Args:
        start: Where the first column begins, seconds since the epoch.
        step: Seconds of a column.
        number: How many there are.
    """

    def __init__(self, start: float, step: float, number: int) -> None:
        self.start = start
        self.step = step
        self._low: list[float | None] = [None] * number
        self._high: list[float | None] = [None] * number
        self._sums = [0.0] * number
        self._numbers = [0] * number

    def add(self, slots: Iterable[Slot]) -> None:
        """Add slots; those outside of the span are left out."""
        for slot in slots:
            column = int((slot.start - self.start) // self.step)
            if not 0 <= column < len(self._sums) or not slot.number:
                continue
            low, high = self._low[column], self._high[column]
            self._low[column] = slot.low if low is None else min(low, slot.low)
            self._high[column] = slot.high if high is None else max(high, slot.high)
            self._sums[column] += slot.mean * slot.number
            self._numbers[column] += slot.number

    def bridge(self, longest: int) -> None:
        """Fill gaps of up to `longest` columns: whoever comes seldom leaves columns empty.

        A column takes the numbers of the one before it.
        """
        last = None
        for column, number in enumerate(self._numbers):
            if number:
                if last is not None and 1 < column - last <= longest + 1:
                    for between in range(last + 1, column):
                        self._low[between], self._high[between] = self._low[last], self._high[last]
                        self._sums[between] = self._sums[last]
                        self._numbers[between] = self._numbers[last]
                last = column

    def curve(
        self,
        title: str,
        unit: str = "",
        bounds: list[float] | None = None,
        form: Literal["line", "bar"] = "line",
    ) -> Curve:
        """Return the curve of what was added."""
        mean = [
            total / number if number else None
            for total, number in zip(self._sums, self._numbers, strict=True)
        ]
        return Curve(
            title,
            self.start,
            self.step,
            list(map(_short, self._low)),
            list(map(_short, mean)),
            list(map(_short, self._high)),
            unit,
            bounds or [],
            form=form,
        )


def _short(value: float | None) -> float | None:
    """Return a number with as many digits as a picture shows."""
    return None if value is None else float(f"{value:.6g}")
