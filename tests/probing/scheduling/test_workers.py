"""Which workers live, and how much they carry together."""

from msgspec.structs import replace

from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.scheduling.workers import Workers

NOW = 1_764_000_000.0
ONE = WorkReport("w1", "riga", "i1", NOW, 10)


def test_a_worker_counts_until_its_report_is_five_seconds_old() -> None:
    workers = Workers()
    workers.take(ONE, NOW, 100.0)
    workers.take(replace(ONE, worker="w2", capacity=5), NOW, 102.0)

    assert workers.capacity("riga", 104.9) == 15
    assert workers.capacity("riga", 105.0) == 5
    assert workers.capacity("elsewhere", 104.9) == 0


def test_one_that_leaves_counts_no_more_and_is_not_shown() -> None:
    workers = Workers()
    workers.take(ONE, NOW, 100.0)

    workers.take(replace(ONE, is_leaving=True), NOW, 100.1)

    assert workers.capacity("riga", 100.2) == 0
    assert workers.messages("riga") == []


def test_the_goodbye_of_one_of_the_same_name_before_changes_nothing() -> None:
    """A worker that was started again is there."""
    workers = Workers()
    workers.take(replace(ONE, instance="i2"), NOW, 100.0)

    workers.take(replace(ONE, is_leaving=True), NOW, 100.1)

    assert workers.capacity("riga", 100.2) == 10


def test_one_that_is_gone_is_shown_for_a_minute_with_when_it_was_heard() -> None:
    workers = Workers()
    workers.take(ONE, NOW, 100.0)

    assert workers.forget(159.0) == []
    [told] = workers.messages("riga")
    assert told.heard == NOW
    assert workers.forget(160.0) == [("riga", "w1")]
    assert workers.messages("riga") == []


def test_a_worker_is_told_of_when_it_may_be_given_jobs() -> None:
    """It begins with none, until it has proved that it reaches something; and once it is blind."""
    workers = Workers()

    said = [workers.take(replace(ONE, capacity=each), NOW, 100.0) for each in (0, 10, 9, 0, 10)]

    assert said == [False, True, False, False, True]
    assert workers.take(replace(ONE, instance="i2"), NOW, 101.0)
