"""For how long series are below or above what is expected: longer than the time asked for."""

from typing import NamedTuple

from blinkenlights.expected.looking_back import is_leaning, look_back
from blinkenlights.expected.shortfall import Answer, Question, chance_of, is_beyond, judge, weighed
from blinkenlights.kinds.expected.found import Asked, Found, SeriesRows

LONGEST_TOLD = 6 * 3600.0
"""Seconds for which it is found out since when a series is off."""
BAD = (Answer.BELOW, Answer.ABOVE)


class Earlier(NamedTuple):
    """What came of one series for longer than was asked for."""

    rows: SeriesRows
    """Oldest first."""
    end: float
    """When the newest ends, seconds since the epoch."""
    length: float | None
    """Of each, seconds; None for that of rows that were learned."""


def leaning(one: Found, asked: Asked) -> list[Question]:
    """Return the questions of which the answer may be yes if one looks further back."""
    kept, judgement = one.kept, one.judgement
    if not (kept and judgement) or one.word not in ("well", "few"):
        return []
    return [each for each in asked.questions if is_leaning(kept.detector, judgement, each)]


def likelihood(one: Found, asked: Asked) -> float:
    """Return the chance that what came is usual: the lowest of what is asked."""
    kept, judgement = one.kept, one.judgement
    if not (kept and judgement):
        return 1.0
    seen = (judgement.observed, judgement.usual)
    return min(chance_of(kept.detector, *seen, each) for each in asked.questions)


def looked_back(one: Found, asked: Asked, earlier: Earlier) -> Found:
    """Return one as off where a longer time proves what the one asked for does not."""
    rows, end, length = earlier
    for question in leaning(one, asked):
        proved = one.kept and look_back(one.kept.detector, rows, question, end, length)
        if proved:
            judgement, longer = proved
            word = "critical" if question in asked.critical else "warning"
            return one._replace(word=word, judgement=judgement, question=longer)
    return one


def longest(one: Found, asked: Asked, earlier: Earlier) -> Found:
    """Return one with the longest time, in steps of that asked for, over which it was off."""
    kept, judgement, question = one.kept, one.judgement, one.question
    if not (kept and judgement and question):
        return one
    rows, end, length = earlier
    step, times = asked.seconds, 1
    while (times + 1) * step <= LONGEST_TOLD:
        begun = end - (times + 1) * step
        part = [row for row in rows if begun <= row[0] < begun + step]
        if not is_beyond(*weighed(kept.detector, part, length), question):
            break
        times += 1
    if times * step <= question.seconds:
        return one
    asked_longest = question._replace(seconds=times * step)
    whole = [row for row in rows if row[0] >= end - asked_longest.seconds]
    judged = judge(kept.detector, whole, asked_longest, length)
    return (
        one if judged.answer not in BAD else one._replace(judgement=judged, question=asked_longest)
    )
