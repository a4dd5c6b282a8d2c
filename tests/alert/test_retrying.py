"""What follows when a message was not taken."""

import pytest

from alert.notices import a_notice
from alert.records import NOON
from blinkenlights.alert.alert_outbox import AlertsTaken
from blinkenlights.alert.incidents import tell, to_be_kept
from blinkenlights.alert.notice import Notice
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.retrying import Again, after
from blinkenlights.outbox.taken import Taken, Tries

QUEUE = "ops@d1\x1frule=silent"
DAY = 86_400.0
BUSY = CannotSayError("503")


def taken(
    *notices: Notice, tries: int = 0, told: Notice | None = None, was_taken: bool = False
) -> AlertsTaken:
    """Return a queue that failed so often."""
    before = Tries(times=tries, since=NOON - 99, at=NOON, error="500") if tries else None
    incident = tell(QUEUE, None, [told], NOON)[1] if told else None
    return Taken(QUEUE, "token", notices or [a_notice()], incident, before, was_taken)


def failing(
    error: CannotSayError, queue: AlertsTaken, now: float = NOON, chance: float = 1.0
) -> Again[Notice]:
    """Return what follows."""
    ends = to_be_kept(queue.known, queue.entries)
    return after(
        error,
        queue.entries,
        queue.tries,
        now,
        give_up=DAY,
        chance=chance,
        lasts=lambda each: each in ends,
        may_be_repeated=queue.may_be_repeated,
    )


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 5), (1, 10), (2, 20), (6, 320), (7, 600), (500, 600)]
)
def test_pauses_double_up_to_ten_minutes(tries: int, seconds: float) -> None:
    assert failing(BUSY, taken(tries=tries)).at == NOON + seconds


def test_a_pause_is_shortened_by_up_to_half_at_random() -> None:
    assert failing(BUSY, taken(), chance=0.0).at == NOON + 2.5


def test_what_the_receiver_says_wins() -> None:
    again = failing(CannotSayError("429", retry_after=30), taken())

    assert (again.at, again.rest) == (NOON + 30, 30)


def test_a_pause_is_no_shorter_because_the_receiver_says_less() -> None:
    again = failing(CannotSayError("429", retry_after=1), taken(tries=5))

    assert (again.at, again.rest) == (NOON + 160, 1)


def test_a_receiver_that_wants_to_hear_nothing_for_a_year_is_asked_again_after_a_day() -> None:
    assert failing(CannotSayError("429", retry_after=3e7), taken()).rest == DAY


def test_it_is_known_how_often_since_when_and_why() -> None:
    tries = failing(BUSY, taken(tries=2)).tries

    assert tries == Tries(times=3, since=NOON - 99, at=NOON, error="503")


def test_what_nobody_answered_may_be_repeated() -> None:
    assert failing(CannotSayError("no answer", is_unsure=True), taken()).tries.may_be_repeated
    assert failing(BUSY, taken(was_taken=True)).tries.may_be_repeated
    assert not failing(BUSY, taken()).tries.may_be_repeated


def test_what_is_a_day_old_is_given_up_and_what_is_younger_is_not() -> None:
    old, young = a_notice(), a_notice("db1", at=NOON + 1)

    again = failing(BUSY, taken(old, young), now=NOON + DAY)

    assert again.given_up == [old]
    assert again.kept == [young]


def test_the_end_of_what_was_told_is_given_up_after_a_week() -> None:
    """Somebody was woken, and is to hear that it is over."""
    end = a_notice(what="resolved")
    queue = taken(end, told=a_notice())

    assert failing(BUSY, queue, now=NOON + DAY).kept == [end]
    assert failing(BUSY, queue, now=NOON + 7 * DAY).given_up == [end]


def test_what_will_never_be_taken_is_given_up_at_once() -> None:
    again = failing(
        CannotSayError("no such channel", is_final=True), taken(a_notice(), a_notice("db1"))
    )

    assert len(again.given_up) == 2
    assert again.kept == []
