"""The last rows of a series: up to an hour, and between four and twelve of them."""

from array import array
from typing import NamedTuple

from blinkenlights.expected.constants import WINDOW, WINDOW_ROWS
from blinkenlights.expected.hour_means import weight_of

LEAST, MOST = WINDOW_ROWS


class Recent:
    """Residuals and values of the last rows, on the scale of roots."""

    __slots__ = ("residuals", "values")

    def __init__(
        self, residuals: "array[float] | None" = None, values: "array[float] | None" = None
    ) -> None:
        self.residuals = array("d") if residuals is None else residuals
        self.values = array("d") if values is None else values

    def take(self, residual: float, value: float, step: float) -> "Window":
        """Add a row, drop those that are too old, and return what is left."""
        kept = window_rows(step)
        self.residuals.append(residual)
        self.values.append(value)
        del self.residuals[:-kept], self.values[:-kept]
        rows = len(self.residuals)
        return Window(sum(self.residuals) / rows, min(self.values), rows >= kept)


class Window(NamedTuple):
    """The last rows together."""

    mean: float
    """Of the residuals."""
    least: float
    """The smallest value: how much it was all the time."""
    is_full: bool
    """Whether all rows are there."""

    def weight(self, deviation: float) -> float:
        """Return how much noise the newest row may teach, up to 1, as such means deviate.

        Less while the window is far from what is expected: that is an incident, and no noise.
        """
        return weight_of(abs(self.mean), deviation) if self.is_full else 1.0


def window_rows(step: float) -> int:
    """Return how many rows of this step in seconds are looked at together."""
    return max(LEAST, min(MOST, round(WINDOW / step)))
