"""A share that the time asked for does not prove may be proved by a longer one."""

import pytest

from blinkenlights.expected.looking_back import furthest, is_leaning, look_back
from blinkenlights.expected.shortfall import Answer, Question, judge
from expected.series import DAY, STEP, daily, feed, learned

ASKED = Question(0.5, 600)
SMALL = 4.5
"""Of five minutes at noon: ten minutes without anything may still be chance."""


def follow(*shares: float, question: Question = ASKED) -> tuple[bool, Answer | None, float]:
    """Return what is found after rows of a small client that are shares of what is usual.

    Whether it leans, what the look back answers, and over how many minutes.
    """
    detector = learned(15.5, lambda moment: daily(moment, SMALL))
    start = detector.pace.newest + STEP
    came = [
        (start + place * STEP, round(share * daily(start + place * STEP, SMALL)))
        for place, share in enumerate(shares)
    ]
    feed(detector, [float(value) for _, value in came])
    end = start + len(came) * STEP
    judgement = judge(detector, came[-round(question.seconds / STEP) :], question)
    found = look_back(detector, came, question, end)
    leaning = is_leaning(detector, judgement, question)
    if found is None:
        return leaning, None, 0
    return leaning, found[0].answer, found[1].seconds / 60


def test_a_full_stop_of_a_small_client_is_told_a_little_later() -> None:
    """Ten minutes of nothing prove nothing, fifteen do."""
    assert follow(1, 1, 1, 1, 0, 0) == (True, None, 0)
    assert follow(1, 1, 1, 1, 0, 0, 0) == (True, Answer.BELOW, 15)


def test_a_drop_is_told_when_it_has_lasted() -> None:
    """A third of what is expected, for an hour."""
    leaning, answer, minutes = follow(*[0.3] * 12)

    assert (leaning, answer) == (True, Answer.BELOW)
    assert 20 <= minutes <= 60


def test_a_surge_is_told_when_it_has_lasted() -> None:
    """The other side alike."""
    question = Question(1.5, 600, above=True)

    assert follow(1, 1, 1, 1, 2.2, 2.2, question=question)[1] is None
    assert follow(*[2.2] * 12, question=question)[1] is Answer.ABOVE


def test_an_incident_that_is_over_proves_nothing() -> None:
    """What came between was as usual, so it is not the same trouble."""
    assert follow(0, 0, 0, 0, 0, 0, 1, 1, 0, 0)[1] is None


def test_what_is_not_below_now_is_not_looked_at() -> None:
    """However low it was before; nor what is lower in one case of three."""
    assert not follow(0, 0, 0, 0, 1, 1)[0]
    assert not follow(1, 1, 1, 1, 0.8, 0.8)[0]


def test_a_time_of_which_nothing_is_known_proves_nothing() -> None:
    """Missing rows are no zeros."""
    detector = learned(15.5, lambda moment: daily(moment, SMALL))
    end = detector.pace.newest + 9 * STEP
    known = [(end - 2 * STEP, 0.0), (end - STEP, 0.0)]

    assert look_back(detector, known, ASKED, end) is None


@pytest.mark.parametrize(
    ("seconds", "back"), [(600, 3600), (3600, 6 * 3600), (3 * 3600, 6 * 3600), (DAY, DAY)]
)
def test_it_is_known_how_far_one_has_to_read(seconds: float, back: float) -> None:
    """Six times as long, and six hours at most."""
    assert furthest(seconds) == back


def test_pieces_that_do_not_divide_the_time_are_taken_whole() -> None:
    """Rows of five minutes and a time of five: one and a half are two rows."""
    assert follow(1, 1, 0, 0, 0, question=Question(0.5, 300))[2] in (10, 15)
