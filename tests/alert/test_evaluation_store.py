"""What one evaluator writes in one step, and that nobody writes without the lease."""

from typing import Any

import pytest
from msgspec import structs

from alert.changes import begins, ends
from alert.conftest import Run
from alert.records import NOON, a_record
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import Change, EvaluationStore, LeaseLostError
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Evaluation
from servers.valkey import Valkey
from servers.waiting import wait_until

NOTHING: dict[str, Any] = {}
EVALUATION = Evaluation(NOON, 15.0, "a", 1, 1, 1, 0.01, [], [])


def test_one_evaluator_has_the_lease_and_keeps_it(store: EvaluationStore, run: Run) -> None:
    assert run(store.lease("a", 60)) == 1
    assert run(store.lease("b", 60)) == 0
    assert run(store.lease("a", 60)) == 1


def test_who_leaves_need_not_be_waited_for(store: EvaluationStore, run: Run) -> None:
    run(store.lease("a", 60))

    run(store.leave("b"))
    assert run(store.lease("b", 60)) == 0
    run(store.leave("a"))

    assert run(store.lease("b", 60)) == 2


def test_a_lease_that_was_over_is_another_one_though_nobody_had_it(
    store: EvaluationStore, run: Run
) -> None:
    """Whoever was frozen longer than its lease judged by what was true before."""
    first = run(store.lease("a", 0.001))
    wait_until(lambda: _is_refused(store, run, first), "the lease is over")

    assert run(store.lease("a", 60)) == 2


def test_a_store_whose_clock_was_set_back_keeps_nobody_waiting_for_one_who_died(
    store: EvaluationStore, valkey: Valkey, run: Run
) -> None:
    """Of a lease of a minute, an hour can be left only by another clock."""
    run(store.lease("a", 60))
    until = float(valkey.client().hget(keys.LEASE, "until") or 0)
    valkey.client().hset(keys.LEASE, "until", f"{until + 3600:.6f}")

    assert run(store.lease("b", 60)) == 2


def _is_refused(store: EvaluationStore, run: Run, epoch: int) -> bool:
    try:
        run(store.commit(epoch, [], NOTHING, EVALUATION))
    except LeaseLostError:
        return True
    return False


def test_a_record_and_what_is_told_of_it_are_written_together(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    epoch = run(store.lease("a", 60))

    assert run(store.commit(epoch, [begins()], NOTHING, EVALUATION)) == []

    [record] = run(store.records()).values()
    assert record == begins().after
    [taken] = run(outbox.take(NOON + 5, 60, 10))
    assert [notice.what for notice in taken.entries] == ["fired"]


def test_nothing_is_written_with_the_epoch_of_a_lease_before(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    """An evaluator that was frozen and revived changes nothing and tells nobody."""
    epoch = run(store.lease("frozen", 60))
    run(store.leave("frozen"))
    run(store.lease("b", 60))

    with pytest.raises(LeaseLostError):
        run(store.commit(epoch, [begins()], NOTHING, EVALUATION))

    assert run(store.records()) == {}
    assert run(outbox.take(NOON + 60, 60, 10)) == []


def test_a_change_of_another_version_is_refused_and_the_others_are_made(
    store: EvaluationStore, run: Run
) -> None:
    epoch = run(store.lease("a", 60))
    run(store.commit(epoch, [begins()], NOTHING, EVALUATION))
    stale, other = begins(), begins(a_record("web2"))

    assert run(store.commit(epoch, [stale, other], NOTHING, EVALUATION)) == [stale]

    assert {thing for _, thing in run(store.records())} == {"web1", "web2"}


def test_the_end_removes_the_record_and_is_told_in_the_same_queue(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    epoch = run(store.lease("a", 60))
    change = begins()
    run(store.commit(epoch, [change], NOTHING, EVALUATION))
    assert change.after

    run(store.commit(epoch, [ends(change.after)], NOTHING, EVALUATION))

    assert run(store.records()) == {}
    [taken] = run(outbox.take(NOON + 60, 60, 10))
    assert [notice.what for notice in taken.entries] == ["fired", "resolved"]


def test_a_notice_that_is_there_already_is_not_queued_twice(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    epoch = run(store.lease("a", 60))
    change = begins()
    assert change.after
    run(store.commit(epoch, [change], NOTHING, EVALUATION))
    again = Change("silent", "web1", change.after, change.after, change.outgoing)

    run(store.commit(epoch, [again], NOTHING, EVALUATION))

    [taken] = run(outbox.take(NOON + 60, 60, 10))
    assert len(taken.entries) == 1


def test_a_thousand_changes_and_more_are_written(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    epoch = run(store.lease("a", 60))
    changes = [begins(a_record(f"web{number}")) for number in range(2_500)]

    assert run(store.commit(epoch, changes, NOTHING, EVALUATION)) == []

    assert len(run(store.records())) == 2_500
    [taken] = run(outbox.take(NOON + 60, 60, 10))
    assert len(taken.entries) == 2_500


def test_what_was_evaluated_is_replaced_as_a_whole(
    store: EvaluationStore, valkey: Valkey, run: Run
) -> None:
    from blinkenlights.kinds.alert.keys import Evaluated  # noqa: PLC0415
    from blinkenlights.kinds.alert.read import rules_named  # noqa: PLC0415
    from blinkenlights.store.address import parse_address  # noqa: PLC0415
    from blinkenlights.store.reader import StoreReader  # noqa: PLC0415

    one = Evaluated(NOON, 15, "metric", 1, 0, 0, [], 0, "", "a.yml", 1, "page", {}, "")
    epoch = run(store.lease("a", 60))
    run(store.commit(epoch, [], {"old": one, "kept": one}, EVALUATION))

    run(store.commit(epoch, [], {"kept": one}, EVALUATION))

    with StoreReader(parse_address(valkey.url), 5.0) as reader:
        assert rules_named(reader, []) == {"kept": one}


def test_a_level_that_changes_raises_the_version(store: EvaluationStore, run: Run) -> None:
    epoch = run(store.lease("a", 60))
    change = begins()
    assert change.after
    run(store.commit(epoch, [change], NOTHING, EVALUATION))
    second = structs.replace(change.after, version=1)
    run(
        store.commit(
            epoch, [change._replace(before=change.after, after=second)], NOTHING, EVALUATION
        )
    )

    assert run(store.commit(epoch, [ends(change.after)], NOTHING, EVALUATION))
    assert run(store.commit(epoch, [ends(second)], NOTHING, EVALUATION)) == []
