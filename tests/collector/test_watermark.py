"""How far a source is heard, and what counts as not heard; without any server."""

import pytest

from blinkenlights.collector.watermark import LIVE_SECONDS, Progress, Span

NOW = 1_000_000.0


def test_a_source_starts_as_draining() -> None:
    """Nothing that comes before the queue was seen empty counts as just sent."""
    progress = Progress(60, NOW - 5, NOW)

    progress.listening()

    assert not progress.is_live(NOW)


def test_one_empty_answer_proves_nothing_yet() -> None:
    """A broker may answer "none waits" ahead of messages it has already handed out."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()

    moment = progress.answered(NOW, 0)

    assert moment is None
    assert not progress.is_live(NOW)


@pytest.mark.parametrize("ready", [0, 7], ids=["still-empty", "filled-again"])
def test_the_next_answer_confirms_an_empty_one(ready: int) -> None:
    """After it, everything sent before the first question is here, whatever the second says."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 0)

    moment = progress.answered(NOW + 0.5, ready)

    assert moment == NOW
    assert progress.is_live(NOW + 1)


def test_a_queue_that_was_not_empty_confirms_nothing() -> None:
    """Two answers say something only when the first of them was "none waits"."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 3)

    moment = progress.answered(NOW + 0.5, 0)

    assert moment is None
    assert not progress.is_live(NOW + 1)


def test_a_short_rush_leaves_a_source_live() -> None:
    """Messages that wait for a moment do not matter: what comes cannot be older than that."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 0)
    progress.answered(NOW + 0.5, 900)

    progress.answered(NOW + 1, 400)

    assert progress.is_live(NOW + 1)


def test_a_queue_that_stays_filled_is_drained() -> None:
    """When the queue was not seen empty for a while, messages may be that old."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 0)

    for second in range(1, 60):
        progress.answered(NOW + second, 500)

    assert not progress.is_live(NOW + LIVE_SECONDS + 1)


def test_a_process_that_was_frozen_is_not_live() -> None:
    """What lay in the socket while the machine slept is old, though the last answer was good."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 0)
    progress.answered(NOW + 0.5, 0)

    assert not progress.is_live(NOW + 600)


def test_a_new_connection_is_draining_again() -> None:
    """What was known before the connection was lost says nothing of what waits now."""
    progress = Progress(60, NOW - 5, NOW)
    progress.listening()
    progress.answered(NOW, 0)
    progress.answered(NOW + 0.5, 0)

    progress.listening()

    assert not progress.is_live(NOW + 1)
    assert progress.answered(NOW + 2, 0) is None


def test_the_watermark_follows_a_backlog() -> None:
    """While messages wait, it is the median of the times in the last batch."""
    progress = Progress(60, NOW - 600, NOW)
    progress.listening()

    progress.drained([NOW - 590, NOW - 580, NOW - 570], NOW)

    assert progress.watermark == NOW - 580


def test_the_watermark_never_moves_backwards() -> None:
    """Old messages that come late do not take back what was stored before."""
    progress = Progress(60, NOW - 100, NOW)
    progress.listening()

    progress.drained([NOW - 5000, NOW - 5000, NOW - 5000], NOW)

    assert progress.watermark == NOW - 100


def test_the_watermark_is_never_in_the_future() -> None:
    """Senders whose clocks are fast do not move it past the present."""
    progress = Progress(60, NOW - 1, NOW)
    progress.listening()

    progress.drained([NOW + 600] * 9, NOW)

    assert progress.watermark == NOW


def test_the_watermark_of_another_clock_is_not_believed() -> None:
    """A report from the future, by a clock that was wrong, counts as the present."""
    progress = Progress(60, NOW + 3600, NOW)

    assert progress.watermark == NOW


def test_a_source_nobody_ever_heard_starts_at_its_first_message() -> None:
    """Without any earlier report, a backlog of an hour is not taken for heard."""
    progress = Progress(60, None, NOW)
    progress.listening()

    progress.drained([NOW - 3600] * 5, NOW)

    assert progress.watermark == NOW - 3600


def test_a_source_nobody_ever_heard_missed_nothing() -> None:
    """Silence before anybody listened is nobody's gap."""
    progress = Progress(60, None, NOW)
    progress.listening()

    assert progress.missed(NOW + 100) is None


def test_what_was_not_heard_lasts_until_the_queue_is_empty() -> None:
    """With an empty queue, the span since the watermark was not heard."""
    progress = Progress(60, NOW - 300, NOW)
    progress.listening()

    assert progress.missed(NOW) == Span(NOW - 300, NOW)


def test_a_short_absence_is_no_gap() -> None:
    """A few seconds cannot hide a missing beat."""
    progress = Progress(60, NOW - 4, NOW)
    progress.listening()

    assert progress.missed(NOW) is None


@pytest.mark.parametrize(
    ("interval", "seconds", "is_gap"),
    [
        pytest.param(1, 0.4, False, id="one-beat-at-most"),
        pytest.param(1, 0.6, True, id="every-second"),
        pytest.param(4, 1.9, False, id="one-beat-of-four-seconds"),
        pytest.param(4, 2.1, True, id="every-four-seconds"),
        pytest.param(3600, 4.9, False, id="every-hour"),
        pytest.param(3600, 5.1, True, id="long"),
    ],
)
def test_a_short_absence_is_a_gap_to_who_beats_often(
    interval: float, seconds: float, is_gap: bool
) -> None:
    """From half of the shortest interval on, more than one beat may be missing."""
    progress = Progress(60, NOW - seconds, NOW)
    progress.beats_every(interval)
    progress.listening()

    assert (progress.missed(NOW) is not None) is is_gap


def test_a_short_hole_is_found_where_somebody_beats_often() -> None:
    """The broker was away for three seconds, and everybody else came back before us."""
    progress = Progress(60, NOW - 5, NOW)
    progress.beats_every(1)
    progress.listening()
    progress.drained([*backlog(NOW - 5, NOW - 4, 0.1), *backlog(NOW - 1, NOW, 0.1)], NOW)

    missed = progress.missed(NOW)

    assert missed is not None
    assert missed.start == pytest.approx(NOW - 4, abs=0.5)


def test_nothing_is_missed_twice() -> None:
    """Once caught up, later moments only move the watermark."""
    progress = Progress(60, NOW - 300, NOW)
    progress.listening()
    progress.reached(NOW)

    assert progress.missed(NOW + 60) is None
    assert progress.watermark == NOW


def backlog(start: float, end: float, every: float = 1.0) -> list[float]:
    return [start + every * n for n in range(int((end - start) / every))]


def test_a_queue_that_was_filled_all_the_while_missed_nothing() -> None:
    """Messages until the present prove that only the collector was away, not the broker."""
    progress = Progress(60, NOW - 600, NOW)
    progress.listening()
    progress.drained(backlog(NOW - 600, NOW), NOW)

    assert progress.missed(NOW) is None


def test_a_gap_begins_at_the_newest_message_in_the_queue() -> None:
    """The broker was there until then, whenever our connection was lost."""
    progress = Progress(60, NOW - 600, NOW)
    progress.listening()
    progress.drained(backlog(NOW - 600, NOW - 99), NOW)

    missed = progress.missed(NOW)

    assert missed is not None
    assert missed.start == pytest.approx(NOW - 102, abs=2)


def test_senders_that_are_back_before_us_do_not_hide_a_gap() -> None:
    """The broker was away, and its queue holds messages from before and from after."""
    progress = Progress(60, NOW - 300, NOW)
    progress.listening()

    progress.drained(backlog(NOW - 310, NOW - 300) + backlog(NOW - 5, NOW), NOW)

    missed = progress.missed(NOW)
    assert missed is not None
    assert missed.start == pytest.approx(NOW - 300, abs=5)
    assert progress.watermark == pytest.approx(NOW - 300, abs=5)


def test_the_watermark_waits_until_a_gap_is_on_record() -> None:
    """A check must not see a watermark behind which silence is still held against everybody."""
    progress = Progress(60, NOW - 300, NOW)
    progress.listening()
    progress.drained(backlog(NOW - 5, NOW), NOW)

    before = progress.watermark
    progress.reached(NOW)

    assert before == NOW - 300
    assert progress.watermark == NOW


def test_a_gap_survives_another_loss_of_the_connection() -> None:
    """What was found missing stays so until it is on record."""
    progress = Progress(60, NOW - 300, NOW)
    progress.listening()
    progress.drained(backlog(NOW - 5, NOW), NOW)
    progress.listening()

    progress.drained(backlog(NOW, NOW + 10), NOW + 10)

    assert progress.missed(NOW + 10) == Span(NOW - 300, NOW + 10)


def test_beats_that_all_come_on_the_minute_are_no_gap() -> None:
    """A fleet of cron jobs pauses for a minute at a time; that is no absence of the broker."""
    progress = Progress(60, NOW - 600, NOW)
    progress.listening()
    on_the_minute = [NOW - 600 + 60 * minute for minute in range(11) for _ in range(40)]

    progress.drained(on_the_minute, NOW)

    assert progress.missed(NOW) is None


def test_a_clock_that_is_fast_does_not_hide_a_gap() -> None:
    """One sender's wrong clock says nothing about until when the broker took messages."""
    progress = Progress(60, NOW - 600, NOW)
    progress.listening()
    drained = backlog(NOW - 620, NOW - 600)
    drained[-3] += 590

    progress.drained(drained, NOW)

    missed = progress.missed(NOW)
    assert missed is not None
    assert missed.start <= NOW - 595


def test_each_turn_of_listening_is_told_apart() -> None:
    """What is still under way for an earlier connection can see that it is void."""
    progress = Progress(60, NOW, NOW)
    progress.listening()
    before = progress.turn

    progress.listening()

    assert progress.turn != before
