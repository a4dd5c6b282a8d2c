"""Below a share of what is expected, for some time: what is answered, and when nothing can be."""

import pytest

from blinkenlights.expected.shortfall import Answer, Judgement, Question, judge
from expected.series import DAY, MONDAY, STEP, daily, feed, learned, rows

HALF_OF_TEN_MINUTES = Question(0.5, 600)


def follow(
    share: float, question: Question = HALF_OF_TEN_MINUTES, *, peak: float = 300.0, days: float = 15
) -> Judgement:
    """Return what is judged of rows that are a share of what is usual, at noon."""
    detector = learned(days + 0.5, lambda moment: daily(moment, peak))
    start = detector.pace.newest + STEP
    number = round(question.seconds / STEP)
    came = [(start + n * STEP, round(share * daily(start + n * STEP, peak))) for n in range(number)]
    feed(detector, [float(value) for _, value in came])
    return judge(detector, came, question)


@pytest.mark.parametrize(
    ("share", "answer"),
    [
        (0.0, Answer.BELOW),
        (0.3, Answer.BELOW),
        (0.7, Answer.OK),
        (1.0, Answer.OK),
        (3.0, Answer.OK),
    ],
)
def test_less_than_half_is_below(share: float, answer: Answer) -> None:
    """What is above half is well."""
    assert follow(share).answer is answer


@pytest.mark.parametrize(
    ("share", "answer"), [(1.0, Answer.OK), (1.8, Answer.OK), (2.5, Answer.ABOVE)]
)
def test_more_than_double_is_above(share: float, answer: Answer) -> None:
    """The other side is judged alike."""
    assert follow(share, Question(2.0, 600, above=True)).answer is answer


@pytest.mark.parametrize("days", [0, 1, 6])
def test_a_week_is_learned_first_and_how_much_is_left_is_said(days: float) -> None:
    """A weekend has to be seen before anything is called too little."""
    judgement = follow(0.0, days=days)

    assert judgement.answer is Answer.LEARNING
    assert judgement.left == pytest.approx((6.5 - days) * DAY, abs=4 * STEP)


def test_a_small_client_needs_more_time() -> None:
    """Where ten minutes are too few it is said which time would do, and that time does."""
    judgement = follow(1.0, peak=8)

    assert judgement.answer is Answer.TOO_FEW
    assert judgement.enough is not None
    assert follow(1.0, Question(0.5, judgement.enough), peak=8).answer is Answer.OK
    assert follow(0.2, Question(0.5, judgement.enough), peak=8).answer is Answer.BELOW


def test_a_full_stop_is_told_even_where_half_is_too_little() -> None:
    """Nothing at all is beyond chance sooner than half is."""
    assert follow(0.8, peak=15).answer is Answer.TOO_FEW
    assert follow(0.0, peak=15).answer is Answer.BELOW


def test_where_hardly_anything_comes_no_time_would_do() -> None:
    """A client of one in a day is never judged."""
    judgement = follow(0.0, peak=0.004)

    assert judgement.answer is Answer.TOO_FEW
    assert judgement.enough is None


def test_missing_rows_are_missing_on_both_sides() -> None:
    """An hour of which half was seen is judged by that half."""
    detector = learned()
    start = detector.pace.newest + STEP
    seen = [(start + n * STEP, daily(start + n * STEP)) for n in (0, 3, 4, 9)]

    judgement = judge(detector, seen, Question(0.5, 3600))

    assert judgement.answer is Answer.OK
    assert judgement.usual.expected == pytest.approx(judgement.observed, rel=0.1)


def test_without_rows_nothing_is_judged() -> None:
    """To be blind is neither well nor below."""
    assert judge(learned(), [], HALF_OF_TEN_MINUTES).answer is Answer.TOO_FEW


def test_noise_beyond_counting_asks_for_more_time() -> None:
    """A bursty client of the same size is not judged as soon."""
    detector = learned()
    bursty = learned(15, lambda moment: daily(moment) * (0.2 if moment // STEP % 3 else 2.6))
    came = [(detector.pace.newest, 180.0)] * 2

    assert judge(detector, came, HALF_OF_TEN_MINUTES).answer is Answer.OK
    assert judge(bursty, came, HALF_OF_TEN_MINUTES).answer is Answer.TOO_FEW


def test_a_healthy_client_is_never_below() -> None:
    """Four weeks of weekdays and weekends at half the rate alarm nobody."""

    def week(moment: float) -> float:
        return daily(moment) * (0.5 if (moment - MONDAY) % (7 * DAY) >= 5 * DAY else 1.0)

    detector = learned(7, week)
    last: list[tuple[float, float]] = []
    below = 0
    for moment, value in rows(28, week, start=MONDAY + 7 * DAY, seed=2):
        detector.update(moment, value)
        last = [*last[-1:], (moment, value)]
        below += judge(detector, last, HALF_OF_TEN_MINUTES).answer is Answer.BELOW

    assert not below


@pytest.mark.parametrize("share", [3.0, 0.4])
def test_a_new_level_is_not_taken_for_noise(share: float) -> None:
    """Days after it was adopted, ten minutes are still enough to judge."""
    changed = MONDAY + 21 * DAY
    detector = learned(21)
    for moment, value in rows(
        5.5, lambda moment: daily(moment, 300 * share), start=changed, seed=2
    ):
        detector.update(moment, value)
    newest = detector.pace.newest
    came = [(newest - STEP, detector.expected_mean(newest - STEP)), (newest, 150 * share)]

    assert detector.shift.since == pytest.approx(changed, abs=DAY)
    assert judge(detector, came, HALF_OF_TEN_MINUTES).answer is Answer.OK
