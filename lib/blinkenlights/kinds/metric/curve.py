"""From the points of a series to curves, as it wants to be shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from blinkenlights.kinds.marks import within
from blinkenlights.kinds.metric.annotations import marks_for
from blinkenlights.kinds.metric.hints import Shape, shape_of
from blinkenlights.kinds.metric.keys import Facts, Slot
from blinkenlights.kinds.metric.said import shown
from blinkenlights.kinds.metric.window import DAY, HOUR, Window, slots_of
from blinkenlights.kinds.rows import Curve
from blinkenlights.store.reader import StoreReader

COLUMNS = 240
"""Columns of a curve at most: more than that nobody can tell apart."""
SMALL_COLUMNS = 60
MONTH = 30 * DAY


class Span(NamedTuple):
    """What a curve shows."""

    title: str
    seconds: float
    columns: int


_SMALL = Span("the last hour", HOUR, SMALL_COLUMNS)
_SPANS = (
    Span("the last hour", HOUR, COLUMNS),
    Span("the last day", DAY, COLUMNS),
    Span("the last 30 days", MONTH, COLUMNS),
)


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

    def curve(self, title: str, shape: Shape) -> Curve:
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
            shape.unit,
            list(shape.bounds),
            list(shape.thresholds),
            "bar" if shape.form == "bar" else "line",
        )


def _short(value: float | None) -> float | None:
    """Return a number with as many digits as a picture shows."""
    return None if value is None else float(f"{value:.6g}")


def small_curves(store: StoreReader, facts: Mapping[str, Facts], now: float) -> dict[str, Curve]:
    """Return the last hour of each series that wants to be drawn; raises a StoreError."""
    shapes = {name: shape_of(shown(each)) for name, each in facts.items()}
    drawn = {name: each for name, each in facts.items() if shapes[name].form != "none"}
    slots = slots_of(store, drawn, Window(now - HOUR, now))
    return {
        name: _curve(_SMALL, slots[name], each, shapes[name], now) for name, each in drawn.items()
    }


def curves_of(store: StoreReader, series: str, facts: Facts, now: float) -> list[Curve]:
    """Return the last hour, day and 30 days of one series; raises a StoreError."""
    shape = shape_of(shown(facts))
    if shape.form == "none":
        return []
    found = []
    marks = marks_for(store, series)
    for span in _SPANS:
        start = now - span.seconds
        slots = slots_of(store, {series: facts}, Window(start, now))[series]
        curve = _curve(span, slots, facts, shape, now)
        found.append(replace(curve, marks=within(marks, start, now)))
    return found


def _curve(span: Span, slots: Sequence[Slot], facts: Facts, shape: Shape, now: float) -> Curve:
    title, seconds, columns = span
    step = seconds / columns
    gathered = Columns(now - seconds, step, columns)
    gathered.add(slots)
    # Between two points that come as they usually do nothing is missing.
    longest = max((slot.step for slot in slots), default=0.0)
    gathered.bridge(int(max(2 * facts.period, longest) // step) + 1)
    title = f"{shape.title}, {title}" if shape.title else title
    return gathered.curve(title, shape)
