"""Series whose every value is known: a shape of the day, with noise that a seed makes."""

import math
from collections.abc import Callable, Iterator
from random import Random

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.finding import Finding

MONDAY = 1_767_571_200.0
"""2026-01-05T00:00Z."""
DAY, HOUR = 86400.0, 3600.0
STEP = 300.0

Shape = Callable[[float], float]
"""What is expected of a row at a moment."""


def daily(moment: float, peak: float = 300.0) -> float:
    """Return a rate that is highest at noon and a third of it at midnight."""
    return peak * (0.65 - 0.35 * math.cos(2 * math.pi * (moment % DAY) / DAY))


def rows(
    days: float, shape: Shape = daily, start: float = MONDAY, step: float = STEP, seed: int = 1
) -> Iterator[tuple[float, float]]:
    """Yield rows of counts with the noise that counting has."""
    chance = Random(seed)  # noqa: S311 - noise is no secret
    for number in range(round(days * DAY / step)):
        moment = start + number * step
        mean = shape(moment)
        yield moment, float(max(0, round(chance.gauss(mean, math.sqrt(mean)))))


def learned(days: float = 15, shape: Shape = daily, detector: Detector | None = None) -> Detector:
    """Return a detector that has seen some days."""
    detector = detector or Detector()
    for moment, value in rows(days, shape):
        detector.update(moment, value)
    return detector


def feed(detector: Detector, values: list[float | None], step: float = STEP) -> list[Finding]:
    """Return what the detector finds in values that follow the newest row."""
    start = detector.pace.newest + step
    return [detector.update(start + n * step, value) for n, value in enumerate(values)]


def usual(detector: Detector, count: int, step: float = STEP) -> list[float | None]:
    """Return as many values as follow, just as they are expected."""
    start = detector.pace.newest + step
    return [float(round(detector.expected_mean(start + n * step))) for n in range(count)]


def is_told(findings: list[Finding]) -> bool:
    """Return whether one of them is an alarm."""
    return any(finding.score >= 0.5 for finding in findings)
