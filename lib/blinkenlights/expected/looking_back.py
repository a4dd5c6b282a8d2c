"""A share of what is expected where the time asked for is too short to prove it.

What is below half for ten minutes, but may be so by chance, may have been for longer. Over twenty
minutes, or an hour, the same share is proved for far smaller and burstier series.
"""

import math
from collections.abc import Iterator, Sequence

from blinkenlights.expected.constants import LEANING, LONGER_SHARE, LONGER_TIMES, LOOK_BACK
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.shortfall import (
    Answer,
    Judgement,
    Question,
    allowed,
    chance_of,
    is_beyond,
    weighed,
)


def is_leaning(detector: Detector, judgement: Judgement, question: Question) -> bool:
    """Return whether the share is reached, and that is seldom chance, but not seldom enough."""
    seen = (judgement.observed, judgement.usual)
    return (
        judgement.answer in (Answer.OK, Answer.TOO_FEW)
        and is_beyond(*seen, question)
        and chance_of(detector, *seen, question) <= LEANING
    )


def look_back(
    detector: Detector,
    rows: Sequence[tuple[float, float]],
    question: Question,
    end: float,
    length: float | None = None,
) -> tuple[Judgement, Question] | None:
    """Return what is proved of the shortest longer time up to `end`, and the question about it.

    All the time before has to be below the share as well (or above it), part by part, so that an
    incident that is over proves nothing. None where no longer time proves it.

    Args:
        detector: Has learned what is usual.
        rows: Beginning and value of each row of at least that time, oldest first.
        question: About the time asked for, of which `is_leaning` holds.
        end: When the newest row ends, seconds since the epoch.
        length: Of a row, seconds; that of rows that were learned without.
    """
    enough = LONGER_SHARE * allowed(question.seconds)
    done = question.seconds
    for seconds in _longer(question.seconds, length or detector.pace.step):
        part = [row for row in rows if end - seconds <= row[0] < end - done]
        if not part or not is_beyond(*weighed(detector, part, length), question):
            return None
        longer = question._replace(seconds=seconds)
        observed, usual = weighed(
            detector, [row for row in rows if row[0] >= end - seconds], length
        )
        chance = chance_of(detector, observed, usual, longer)
        if chance <= enough:
            return Judgement(question.beyond, observed, usual, chance), longer
        done = seconds
    return None


def furthest(seconds: float) -> float:
    """Return how many seconds before now have to be known to look back from so many."""
    return max(seconds, min(LOOK_BACK, LONGER_TIMES[-1] * seconds))


def _longer(asked: float, length: float) -> Iterator[float]:
    """Yield the times that are looked at, as whole rows, the shortest first."""
    before = asked
    for times in LONGER_TIMES:
        seconds = math.ceil(times * asked / length) * length
        if before < seconds <= furthest(asked):
            yield seconds
            before = seconds
