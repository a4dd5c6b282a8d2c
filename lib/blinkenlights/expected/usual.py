"""What is usual for a time of any length: its mean, and between what 19 of 20 healthy ones lie."""

from typing import NamedTuple

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.sums import Usual, usual_sums

MINUTE = 60.0


class UsualRange(NamedTuple):
    """Of a minute, where rows are counts; else of a value."""

    expected: float
    low: float
    high: float


def usual_range(detector: Detector, begun: float, seconds: float, *, is_rate: bool) -> UsualRange:
    """Return what is usual for so many seconds from a moment on.

    Args:
        detector: Has seen at least one row.
        begun: Seconds since the epoch.
        seconds: How long; a value is never of less than a row.
        is_rate: Whether rows are counts, of which a minute is wanted.
    """
    step = detector.pace.step
    middle = begun + seconds / 2
    seconds = seconds if is_rate else max(seconds, step)
    rows = seconds / step
    # A row is expected at its beginning, which stands for its middle.
    row = middle - step / 2
    mean, doubt = detector.expected_mean(row), detector.expected_doubt(row)
    low, high = usual_sums(detector, Usual(rows * mean, rows * doubt, seconds))
    parts = seconds / MINUTE if is_rate else rows
    return UsualRange(rows * mean / parts, low / parts, high / parts)
