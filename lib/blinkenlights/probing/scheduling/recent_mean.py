"""The mean of what came in the last minute or so. Pure."""

from math import exp

SECONDS = 60.0
"""After which a value counts about a third."""


class RecentMean:
    """A mean in which values count less the older they are, however many come a second.

    By a share for each value it would follow each single one where few hundreds come a second, and
    nothing for minutes where few come.
    """

    def __init__(self) -> None:
        self._sum = self._number = 0.0
        self._at = 0.0

    @property
    def value(self) -> float:
        """The mean; 0 before there is any value."""
        return self._sum / self._number if self._number else 0.0

    def add(self, value: float, ticks: float) -> None:
        """Take a value at a moment, by a clock that nobody sets."""
        left = exp(-max(0.0, ticks - self._at) / SECONDS)
        self._at = ticks
        self._sum = self._sum * left + value
        self._number = self._number * left + 1.0
