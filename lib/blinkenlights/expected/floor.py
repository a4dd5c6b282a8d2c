"""The smallest width of a range that means anything for a series."""

from blinkenlights.expected.constants import COUNT_FLOOR, FLOOR_SHARE, TOP_KEPT


class Floor:
    """The largest value of late, and what sort of numbers come."""

    __slots__ = ("fraction", "negative", "top")

    def __init__(self, fraction: float = 0.0, negative: float = 0.0, top: float = 0.0) -> None:
        self.fraction = fraction
        self.negative = negative
        self.top = top

    def take(self, value: float, root: float) -> float:
        """Take a value and its signed root; return the width."""
        self.top = max(abs(root), TOP_KEPT * self.top)
        if value != int(value):
            self.fraction = 1.0
        if value < 0:
            self.negative = 1.0
        width = FLOOR_SHARE * self.top + 1e-12
        return width if self.fraction else max(width, COUNT_FLOOR)

    @property
    def counts(self) -> bool:
        """Return whether all values were counts: whole, and none below nothing."""
        return not (self.fraction or self.negative)
