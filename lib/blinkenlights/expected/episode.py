"""Something unusual is told once, and again only when it grows worse or comes anew."""

from blinkenlights.expected.constants import GRACE_ROWS, HALF, LEAST_EXCESS, REST, WORSE


class Episode:
    """The worst excess that was told, and how many rows it still covers."""

    __slots__ = ("peak", "rest")

    def __init__(self, peak: float = 0.0, rest: float = 0.0) -> None:
        self.peak = peak
        self.rest = rest

    def score(self, excess: float, step: float) -> float:
        """Return 0 to 1 for the excess of a row; 0 for what the episode covers."""
        rest = self.rest
        self.rest = max(0.0, rest - 1)
        if excess < LEAST_EXCESS:
            return 0.0
        whole = REST / step
        worse = excess > WORSE * self.peak
        anew = rest < whole - GRACE_ROWS and excess > self.peak * rest / whole
        if rest <= 0 or worse or anew:
            self.peak, self.rest = excess, whole
            return excess / (excess + HALF)
        if excess >= self.peak / 2:
            self.rest = whole
        return 0.0
