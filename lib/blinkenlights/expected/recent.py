"""The last rows of a series: up to an hour, and between four and twelve of them."""

from array import array

from blinkenlights.expected.constants import LASTING, WINDOW, WINDOW_ROWS

LEAST, MOST = WINDOW_ROWS


class Recent:
    """Residuals and values of the last rows, on the scale of roots."""

    __slots__ = ("residuals", "values")

    def __init__(self) -> None:
        self.residuals = array("d")
        self.values = array("d")

    def take(self, residual: float, value: float, step: float) -> None:
        """Add a row, and drop those that are too old."""
        kept = window_rows(step)
        self.residuals.append(residual)
        self.values.append(value)
        del self.residuals[:-kept], self.values[:-kept]

    def full(self, step: float) -> bool:
        """Return whether all rows of the window are there."""
        return len(self.residuals) >= window_rows(step)

    @property
    def mean(self) -> float:
        """Return the mean residual."""
        return sum(self.residuals) / len(self.residuals)

    def weight(self, deviation: float, step: float) -> float:
        """Return how much noise the newest row may teach, up to 1, as such means deviate.

        Less while the window is far from what is expected: that is an incident, and no noise.
        """
        most = LASTING * deviation
        if most <= 0 or not self.full(step):
            return 1.0
        off = abs(self.mean)
        return 1.0 if off <= most else (most / off) ** 2

    @property
    def least(self) -> float:
        """Return the smallest value: how much it was all the time."""
        return min(self.values)


def window_rows(step: float) -> int:
    """Return how many rows of this step in seconds are looked at together."""
    return max(LEAST, min(MOST, round(WINDOW / step)))
