"""What is said of a judgement, of a history and of a new level."""

import re

import pytest

from blinkenlights.expected.shortfall import Question, judge
from blinkenlights.expected.words import (
    duration_words,
    history_words,
    judgement_words,
    number_words,
    shift_words,
)
from expected.series import STEP, daily, feed, learned, rows


def said(share: float, peak: float = 300.0, days: float = 15.5) -> str:
    """Return the sentence about twenty minutes at a share of what is usual, at noon."""
    detector = learned(days, lambda moment: daily(moment, peak))
    start = detector.pace.newest + STEP
    came = [(start + n * STEP, round(share * daily(start + n * STEP, peak))) for n in range(4)]
    feed(detector, [float(value) for _, value in came])
    question = Question(0.5, 1200)
    judgement = judge(detector, came, question)
    return judgement_words("client anna", detector, judgement, question, start)


def test_it_says_how_much_since_when_and_against_what() -> None:
    """Rate, time, the usual rates, and on how much they rest."""
    sentence = said(0.1)

    found = re.fullmatch(
        r"client anna: 6/min for 20m, expected (\d+) to (\d+)/min at this hour "
        r"\(2 weeks, 24 samples\)",
        sentence,
    )
    assert found, sentence
    assert 45 < int(found[1]) < 60 < int(found[2]) < 75


def test_learning_says_how_much_is_left() -> None:
    """A client of two days."""
    assert said(1.0, days=2) == "client anna: learning, 4d 23h left"


def test_too_few_says_what_would_do() -> None:
    """A small client gets a time that is long enough."""
    assert re.fullmatch(
        r"client anna: too few to judge in 20m, (30m|45m|1h|1h 30m|2h) would do", said(1.0, peak=8)
    )
    assert said(1.0, peak=0.004).endswith("too few to judge in 20m, nothing is expected")


def test_without_rows_it_says_that_nothing_is_known() -> None:
    """A time in which we were blind is called that."""
    detector, question = learned(), Question(0.5, 600)

    sentence = judgement_words("anna", detector, judge(detector, [], question), question, 0.0)

    assert sentence == "anna: nothing known of the last 10m"


def test_a_history_of_days_is_told_in_days() -> None:
    """Weeks are said from the first week on."""
    detector = learned(3)

    assert history_words(detector, detector.pace.newest) == "2 days, 0 samples"


def test_a_new_level_is_said_with_day_and_hour() -> None:
    """The weekday for a week, the date after that; nothing while the first level holds."""
    detector = learned()
    assert not shift_words(detector)

    start = detector.pace.newest + STEP
    for moment, value in rows(5, lambda at: daily(at, 150.0), start=start):
        detector.update(moment, value)
    words = shift_words(detector)
    for moment, value in rows(5, lambda at: daily(at, 150.0), start=detector.pace.newest + STEP):
        detector.update(moment, value)

    assert re.fullmatch(r"new level since Tuesday 00:\d\d, before 1[4-9]/min", words), words
    assert shift_words(detector).startswith("new level since 2026-01-20 00:")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s"), (45, "45s"), (600, "10m"), (3600, "1h"), (5400, "1h 30m"), (273_600, "3d 4h")],
)
def test_a_duration_has_two_units_at_most(seconds: float, words: str) -> None:
    """The largest and the next."""
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(52.3, "52"), (3.04, "3"), (3.4, "3.4"), (0.25, "0.25"), (0, "0"), (-12.2, "-12")],
)
def test_a_number_has_the_digits_that_matter(number: float, words: str) -> None:
    """Large ones have no fraction."""
    assert number_words(number) == words
