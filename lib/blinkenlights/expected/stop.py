"""A full stop: nothing for so long that chance does not explain it."""

from blinkenlights.expected.constants import STOP_NATS
from blinkenlights.expected.noise import Noise
from blinkenlights.expected.probability import deviance
from blinkenlights.expected.recent import window_rows


class Stop:
    """Since when nothing came, in rows, what was expected in them, and whether it was told."""

    __slots__ = ("expected", "rows", "told")

    def __init__(self, expected: float = 0.0, rows: float = 0.0, told: float = 0.0) -> None:
        self.expected = expected
        self.rows = rows
        self.told = told
        """Rows with something in them until the next stop is another one."""

    def score(self, value: float, mean: float, noise: Noise, step: float, *, counts: bool) -> float:
        """Take a row and what was expected of it; return 0.5 or more when a stop is told, once."""
        if value or not counts:
            self.expected = self.rows = 0.0
            self.told = max(0.0, self.told - 1)
            return 0.0
        self.expected += mean
        self.rows += 1
        variance = noise.variance(self.rows * step, step)
        surprise = deviance(0.0, self.expected, variance, counts=True)
        if surprise < STOP_NATS:
            return 0.0
        told, self.told = self.told, float(window_rows(step))
        return 0.0 if told else surprise / (surprise + STOP_NATS)
