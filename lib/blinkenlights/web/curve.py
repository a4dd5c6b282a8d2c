"""A curve as a small picture, and the same in words. No script is needed to see it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite
from typing import NamedTuple

from blinkenlights.kinds.rows import Curve
from blinkenlights.plugin.words import moment

WIDTH = 240
HEIGHT = 48
_EDGE = 2
"""So that a line along the edge is seen whole."""
_LARGE, _SMALL = 1e15, 1e-3


class Bar(NamedTuple):
    """One rectangle."""

    x: float
    y: float
    width: float
    height: float


class Marked(NamedTuple):
    """Where something happened, and what."""

    x: float
    text: str


class Picture:
    """The shapes of one curve, within `width` and `height`."""

    width = WIDTH
    height = HEIGHT

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self._columns = len(curve.mean)
        known = [each for each in (*curve.low, *curve.high) if each is not None]
        known += [each for each in (*curve.expected_low, *curve.expected_high) if each is not None]
        shown = [each for each in (*known, *curve.bounds, *curve.limits) if isfinite(each)]
        self._least = min(shown, default=0.0)
        self._most = max(shown, default=0.0)
        if curve.form == "bar":
            self._least, self._most = min(0.0, self._least), max(0.0, self._most)

    @property
    def text(self) -> str:
        """What the picture shows, in words."""
        curve = self.curve
        means = [each for each in curve.mean if each is not None]
        if not means:
            return f"nothing came in {curve.title}"
        low = min(each for each in curve.low if each is not None)
        high = max(each for each in curve.high if each is not None)
        words = (
            f"{curve.title}: last {_number(means[-1])}, lowest {_number(low)}, "
            f"highest {_number(high)}{' ' + curve.unit if curve.unit else ''}"
        )
        for limit in curve.limits:
            words += f"; threshold {_number(limit)}"
        words += self._expected_words()
        missing = self._columns - len(means)
        return words + (
            f"; nothing came for {missing / self._columns:.0%} of it" if missing else ""
        )

    @property
    def bands(self) -> Iterator[str]:
        """The points of polygons from the lowest to the highest of each column."""
        curve = self.curve
        for run in self._runs():
            highs = [self._point(column, curve.high[column]) for column in run]
            lows = [self._point(column, curve.low[column]) for column in reversed(run)]
            if len(run) > 1 and any(curve.low[each] != curve.high[each] for each in run):
                yield " ".join([*highs, *lows])

    @property
    def expected(self) -> Iterator[str]:
        """The points of polygons of what is expected."""
        lows, highs = self.curve.expected_low, self.curve.expected_high
        known = [
            column
            for column, (low, high) in enumerate(zip(lows, highs, strict=True))
            if low is not None and high is not None
        ]
        for _, run in groupby(enumerate(known), lambda each: each[1] - each[0]):
            columns = [column for _, column in run]
            if len(columns) > 1:
                upper = [self._point(column, highs[column]) for column in columns]
                lower = [self._point(column, lows[column]) for column in reversed(columns)]
                yield " ".join([*upper, *lower])

    def _expected_words(self) -> str:
        lows, highs = self.curve.expected_low, self.curve.expected_high
        if not lows or lows[-1] is None or highs[-1] is None:
            return ""
        return f"; at the end {_about(lows[-1])} to {_about(highs[-1])} is expected"

    @property
    def lines(self) -> Iterator[str]:
        """The points of lines through what came; between them nothing did."""
        if self.curve.form == "bar":
            return
        for run in self._runs():
            points = [self._point(column, self.curve.mean[column]) for column in run]
            if len(points) > 1:
                yield " ".join(points)

    @property
    def bars(self) -> Iterator[Bar]:
        """What stands alone in a line, or all columns of bars."""
        step = self.width / max(1, self._columns)
        for run in self._runs():
            if self.curve.form == "bar":
                zero = self._y(0.0)
                for column in run:
                    y = self._y(self.curve.mean[column] or 0.0)
                    top, height = min(y, zero), max(1.0, abs(y - zero))
                    yield Bar(round(column * step, 1), top, round(step * 0.8, 1), round(height, 1))
            elif len(run) == 1:
                y = self._y(self.curve.mean[run[0]] or 0.0)
                yield Bar(round(run[0] * step, 1), round(y - 1, 1), max(2.0, round(step, 1)), 2)

    @property
    def limits(self) -> Iterator[float]:
        """Where the thresholds lie."""
        return map(self._y, self.curve.limits)

    @property
    def marks(self) -> Iterator[Marked]:
        """What happened meanwhile."""
        curve = self.curve
        length = curve.step * max(1, self._columns)
        for mark in curve.marks:
            x = round((mark.time - curve.start) / length * self.width, 1)
            yield Marked(x, f"{moment(mark.time)} {mark.text}")

    def _runs(self) -> Iterator[Sequence[int]]:
        mean = self.curve.mean
        for is_known, run in groupby(range(self._columns), lambda column: mean[column] is not None):
            if is_known:
                yield list(run)

    def _point(self, column: int, value: float | None) -> str:
        x = (column + 0.5) * self.width / self._columns
        return f"{x:.1f},{self._y(value or 0.0)}"

    def _y(self, value: float) -> float:
        room = self.height - 2 * _EDGE
        if self._most == self._least:
            return round(_EDGE + room / 2, 1)
        # Halves, because the whole may be more than a float can hold.
        part = (self._most / 2 - value / 2) / (self._most / 2 - self._least / 2 or 1.0)
        return round(_EDGE + room * min(1.0, max(0.0, part)), 1)


def _about(value: float) -> str:
    """Return an expectation: of one above ten, further digits say nothing."""
    return _number(round(value, 1) if abs(value) >= 10 else value)  # noqa: PLR2004


def _number(value: float) -> str:
    if value and not _SMALL <= abs(value) < _LARGE:
        return f"{value:.3g}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")
