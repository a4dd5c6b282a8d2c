"""What a detector and its judgements say, in whole sentences."""

from blinkenlights.expected.constants import DAY, HOUR
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.kept import Unusual
from blinkenlights.expected.shortfall import Answer, Judgement, Question
from blinkenlights.expected.sums import usual_sums

MINUTE = 60.0
WEEK_DAYS = 7
WHOLE = 0.9
"""Share of the time asked for that stands for all of it."""


def judgement_words(
    name: str,
    detector: Detector,
    judgement: Judgement,
    question: Question,
    moment: float,
    *,
    is_rate: bool = True,
) -> str:
    """Return what was judged of the series `name` at a moment.

    `client anna: 3/min for 20m, expected 38 to 61/min at this hour (12 weeks, 48 samples)`. What is
    no rate is told as the mean of its rows, without a unit.
    """
    if judgement.answer is Answer.LEARNING:
        return f"{name}: learning, {duration_words(judgement.left)} left"
    unit = MINUTE if is_rate else detector.pace.step
    minutes = judgement.usual.seconds / unit
    if not minutes:
        return f"{name}: nothing known of the last {duration_words(question.seconds)}"
    if judgement.answer is Answer.TOO_FEW:
        return f"{name}: {_too_few(judgement, question)}"
    low, high = usual_sums(detector, judgement.usual)
    rate = number_words(judgement.observed / minutes)
    per = "/min" if is_rate else ""
    between = f"{number_words(low / minutes)} to {number_words(high / minutes)}{per}"
    return (
        f"{name}: {rate}{per} for {duration_words(_heard(judgement, question))}, "
        f"expected {between} at this hour ({history_words(detector, moment)})"
    )


def history_words(detector: Detector, moment: float) -> str:
    """Return on how much an expectation rests: `12 weeks, 48 samples`.

    Samples are rows in the same hour of the week.
    """
    step = detector.pace.step
    samples = detector.weeks_seen(moment) * max(1, round(HOUR / step))
    days = int(detector.pace.seen // DAY)
    past = _plural(days // WEEK_DAYS, "week") if days >= WEEK_DAYS else _plural(days, "day")
    return f"{past}, {_plural(samples, 'sample')}"


def shift_words(detector: Detector, *, is_rate: bool | None = None) -> str:
    """Return since when there is a new level, and what was usual at this hour before it.

    `new level since Tuesday 14:00, before 52/min`; once that is over a week ago, the day is a date.
    Empty while the first level holds. Whole numbers are taken for counts unless `is_rate` says.
    """
    shift, newest = detector.shift, detector.pace.newest
    if not shift.since:
        return ""
    # Most series have none, and it is dear to import.
    from datetime import UTC, datetime  # noqa: PLC0415

    since = datetime.fromtimestamp(shift.since, detector.zone or UTC)
    old = newest - shift.since >= WEEK_DAYS * DAY
    at = f"{since:%Y-%m-%d %H:%M}" if old else f"{since:%A %H:%M}"
    root = shift.before + detector.expected_root(newest) - detector.level.level
    before = detector.noise.mean(root, counts=detector.floor.counts)
    if not (detector.floor.counts if is_rate is None else is_rate):
        return f"new level since {at}, before {number_words(before)}"
    return f"new level since {at}, before {number_words(before * MINUTE / detector.pace.step)}/min"


def unusual_words(row: Unusual, step: float, *, is_rate: bool) -> tuple[str, str]:
    """Return how much came, and what had been expected: `3/min` and `38 to 61/min`."""
    share, per = (MINUTE / step, "/min") if is_rate else (1.0, "")
    value, low, high = (number_words(share * each) for each in (row.value, row.low, row.high))
    return f"{value}{per}", f"{low} to {high}{per}"


def duration_words(seconds: float) -> str:
    """Return a duration in its two largest units: `3d 4h`, `20m`, `45s`."""
    rest = max(0, round(seconds))
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number}{unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0s"


def number_words(number: float) -> str:
    """Return a number with the digits that matter: `52`, `3.4`, `0.25`."""
    for least, digits in ((10, 0), (1, 1)):
        if abs(number) >= least:
            return f"{number:.{digits}f}".removesuffix(".0")
    return f"{number:.2g}"


def _heard(judgement: Judgement, question: Question) -> float:
    """Return the seconds asked for, or those of the rows where a good part is missing."""
    known = judgement.usual.seconds
    return known if known < WHOLE * question.seconds else question.seconds


def _too_few(judgement: Judgement, question: Question) -> str:
    asked = duration_words(question.seconds)
    if judgement.usual.seconds < WHOLE * question.seconds:
        known = duration_words(judgement.usual.seconds)
        return f"too few to judge, only {known} of the last {asked} is known"
    if judgement.usual.expected <= 0:
        return f"too few to judge in {asked}, nothing is expected"
    if judgement.enough is None:
        return f"too few to judge in {asked}, a day would not do"
    return f"too few to judge in {asked}, {duration_words(judgement.enough)} would do"


def _plural(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
