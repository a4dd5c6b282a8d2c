"""What a sum of rows usually is."""

from collections.abc import Callable
from typing import NamedTuple

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.probability import chance_of_less, chance_of_more

USUAL = 0.025
"""Share of sums that lie below what is called usual, and as many above: 19 of 20 are usual."""
HALVINGS = 40
"""Of an interval until it is small enough for any figure."""


class Usual(NamedTuple):
    """What is expected of a sum."""

    expected: float
    doubt: float
    """Standard deviation of what is expected, because the season is young."""
    seconds: float
    """Over which it is summed."""

    def variance(self, detector: Detector) -> float:
        """Return the relative variance of the sum beyond that of counting."""
        noise = detector.noise.variance(self.seconds, detector.pace.step)
        return noise + (self.doubt / self.expected) ** 2 if self.expected > 0 else noise


def usual_sums(detector: Detector, usual: Usual) -> tuple[float, float]:
    """Return the lowest and the highest sum that is usual."""
    expected = usual.expected
    if expected <= 0:
        return 0.0, 0.0
    variance = usual.variance(detector)
    counts = detector.floor.counts

    def is_low(observed: float) -> bool:
        return chance_of_less(observed, expected, variance, counts=counts) < USUAL

    def is_usual(observed: float) -> bool:
        return chance_of_more(observed, expected, variance, counts=counts) >= USUAL

    top = expected
    while is_usual(top):
        top *= 2
    return _edge(is_low, 0.0, expected), _edge(is_usual, expected, top)


def _edge(holds: Callable[[float], bool], start: float, end: float) -> float:
    """Return where a condition that holds at `start` no longer holds."""
    if not holds(start):
        return start
    for _ in range(HALVINGS):
        middle = (start + end) / 2
        if holds(middle):
            start = middle
        else:
            end = middle
    return start
