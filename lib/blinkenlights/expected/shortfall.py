"""Whether a series is below or above a share of what is expected, over some time.

The sum of what came in that time is compared with the sum of what was expected of the same rows.
Rows that are missing are missing in both.
"""

import math
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from blinkenlights.expected.constants import DAY, FALSE_ALARMS, HOUR, LOOK_EVERY, MONTH
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.probability import chance_of_less, chance_of_more
from blinkenlights.expected.sums import Usual

DURATIONS = (
    5 * 60,
    10 * 60,
    15 * 60,
    20 * 60,
    30 * 60,
    45 * 60,
    3600,
    90 * 60,
    2 * 3600,
    3 * 3600,
    4 * 3600,
    6 * 3600,
    8 * 3600,
    12 * 3600,
    86400,
)
"""Seconds that are offered where a time is too short, as people write them."""


class Answer(Enum):
    """What can be said."""

    OK = "ok"
    BELOW = "below"
    """Less than the share came, and chance does not explain it."""
    ABOVE = "above"
    LEARNING = "learning"
    TOO_FEW = "too few"
    """Too little is expected in this time to tell the share from chance."""


class Question(NamedTuple):
    """Below `share` of what is expected for `seconds`, or above it."""

    share: float
    seconds: float
    above: bool = False

    @property
    def beyond(self) -> Answer:
        """What is answered when it is so."""
        return Answer.ABOVE if self.above else Answer.BELOW


class Judgement(NamedTuple):
    """The answer, and what it rests on."""

    answer: Answer
    observed: float
    """Sum over the rows."""
    usual: Usual
    """What was expected of the same rows."""
    chance: float
    """That it is so low, or so high, although all is as ever."""
    enough: float | None = None
    """With TOO_FEW: seconds that would do; None when a day would not."""
    left: float = 0.0
    """With LEARNING: seconds until there is a judgement."""


def judge(
    detector: Detector,
    rows: Sequence[tuple[float, float]],
    question: Question,
    length: float | None = None,
    *,
    says_enough: bool = True,
) -> Judgement:
    """Judge the rows of the time asked for, (moment, value) each; the caller leaves out gaps.

    Rows begin at their moments. With `length` they are shorter or longer than those that were
    learned: so many seconds, and a row counts as much of a learned one. Which time would be enough
    is the dearest part, and is left out unless `says_enough`.
    """
    observed, usual = weighed(detector, rows, length)
    left = detector.rates_left()
    if left > 0:
        return Judgement(Answer.LEARNING, observed, usual, 1.0, left=left)
    chance = chance_of(detector, observed, usual, question)
    if is_beyond(observed, usual, question) and chance <= allowed(question.seconds):
        return Judgement(question.beyond, observed, usual, chance)
    if not _can_judge(detector, usual, question):
        enough = _enough(detector, rows[-1][0], question) if rows and says_enough else None
        return Judgement(Answer.TOO_FEW, observed, usual, chance, enough=enough)
    return Judgement(Answer.OK, observed, usual, chance)


def weighed(
    detector: Detector, rows: Sequence[tuple[float, float]], length: float | None
) -> tuple[float, Usual]:
    """Return the sum of rows, and what is usual for it. Rows are those of `judge`."""
    step = detector.pace.step
    length = length or step
    share, later = length / step, (length - step) / 2
    observed = sum(value for _, value in rows)
    # A learned row is expected at its beginning, which stands for its middle.
    expected = share * sum(detector.expected_mean(moment + later) for moment, _ in rows)
    doubt = share * sum(detector.expected_doubt(moment + later) for moment, _ in rows)
    return observed, Usual(expected, doubt, len(rows) * length)


def is_beyond(observed: float, usual: Usual, question: Question) -> bool:
    """Return whether a sum is below the share of what is expected, or above it, as asked."""
    edge = question.share * usual.expected
    return usual.expected > 0 and (observed > edge if question.above else observed < edge)


def allowed(seconds: float) -> float:
    """Return the chance at which all that came over some seconds is no longer taken for chance.

    A month has as many tries as it has such times, and more as they overlap.
    """
    tries = MONTH / min(seconds, DAY) * math.sqrt(max(1.0, seconds / LOOK_EVERY))
    return FALSE_ALARMS / tries


def chance_of(detector: Detector, observed: float, usual: Usual, question: Question) -> float:
    """Return the chance that a sum is so low, or so high, although all is as ever."""
    tail = chance_of_more if question.above else chance_of_less
    variance = usual.variance(detector)
    return tail(observed, usual.expected, variance, counts=detector.floor.counts)


def _can_judge(detector: Detector, usual: Usual, question: Question) -> bool:
    """Return whether a sum of just the share would be beyond chance."""
    if usual.expected <= 0:
        return False
    edge = question.share * usual.expected
    return chance_of(detector, edge, usual, question) <= allowed(question.seconds)


def _enough(detector: Detector, moment: float, question: Question) -> float | None:
    """Return the shortest time up to `moment` that would do, of those that people write."""
    step = detector.pace.step
    # An hour back and more, one look an hour is enough.
    pieces = [(moment - row * step, step) for row in range(1, int(HOUR // step))]
    pieces.insert(0, (moment, step))
    pieces += [(moment - back * HOUR, max(HOUR, step)) for back in range(1, 24)]
    usual = Usual(0.0, 0.0, 0.0)
    number = 0
    for seconds in DURATIONS:
        while number < len(pieces) and usual.seconds + pieces[number][1] <= seconds:
            at, length = pieces[number]
            usual = Usual(
                usual.expected + detector.expected_mean(at) * length / step,
                usual.doubt + detector.expected_doubt(at) * length / step,
                usual.seconds + length,
            )
            number += 1
        longer = question._replace(seconds=seconds)
        if seconds > question.seconds and _can_judge(detector, usual, longer):
            return float(seconds)
    return None
