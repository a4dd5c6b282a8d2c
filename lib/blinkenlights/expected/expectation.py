"""What is expected of a series, in numbers, as rules and pictures want them."""

from typing import NamedTuple

from blinkenlights.expected.constants import HOUR
from blinkenlights.expected.kept import Kept, Unusual
from blinkenlights.expected.usual import usual_range


class Expectation(NamedTuple):
    """What is expected of a series at a moment: a minute of a rate, or a value of a gauge."""

    expected: float
    expected_low: float
    expected_high: float
    """19 of 20 healthy intervals lie between these."""
    unusual: float
    """The highest score of the last hour, 0 to 1; 0.5 and above is an alarm."""


def expectation_of(
    kept: Kept, moment: float, *, is_rate: bool, within: float = HOUR
) -> Expectation | None:
    """Return what is expected of a series at a moment; None while it is still being learned.

    Args:
        kept: What is kept of the series.
        moment: Seconds since the epoch.
        is_rate: Whether rows are counts, of which a minute is wanted; else they are values.
        within: Seconds for which an unusual row is told.
    """
    detector = kept.detector
    if detector.learning_left() > 0:
        return None
    usual = usual_range(detector, moment, detector.pace.step, is_rate=is_rate)
    last = unusual_within(kept, moment, within)
    score = max((each.score for each in last), default=0.0)
    return Expectation(*usual, score)


def unusual_within(kept: Kept, moment: float, seconds: float) -> list[Unusual]:
    """Return what was unusual in the time before a moment: the lowest, the highest, or both."""
    step = kept.detector.pace.step
    return [
        each
        for each in (kept.below, kept.above)
        if each.score > 0 and 0 <= moment - each.moment <= seconds + step
    ]
