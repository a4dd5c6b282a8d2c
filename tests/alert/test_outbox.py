"""A queue has one sender at a time, and what was told is noted by whoever has it."""

from alert.changes import begins, ends
from alert.conftest import Run
from alert.noted import Noted
from alert.records import NOON, a_record
from blinkenlights.alert.alert_outbox import AlertOutbox, AlertsTaken
from blinkenlights.alert.evaluation_store import Change, EvaluationStore
from blinkenlights.alert.message import Incident
from blinkenlights.alert.told import Letter
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Evaluation
from blinkenlights.outbox.taken import Tries
from blinkenlights.rules.receiver import Receiver
from servers.valkey import Valkey
from servers.waiting import wait_until

EVALUATION = Evaluation(NOON, 15.0, "a", 1, 1, 1, 0.01, [], [])
INCIDENT = Incident(id="0" * 16, opened=NOON, told=NOON, times=1, reference={"ts": "1.2"})
LONG = 60.0


def put(store: EvaluationStore, run: Run, *changes: Change) -> None:
    """Queue what is told of some changes."""
    epoch = run(store.lease("a", LONG))
    assert run(store.commit(epoch, changes, {}, EVALUATION)) == []


def take(
    outbox: AlertOutbox, run: Run, *, now: float = NOON + 60, seconds: float = LONG
) -> list[AlertsTaken]:
    """Return what is due, taken for so long."""
    return list(run(outbox.take(now, seconds, 10)))


def take_after_lease(outbox: AlertOutbox, run: Run) -> AlertsTaken:
    """Return the one queue, once the lease of who had it is over."""
    found: list[AlertsTaken] = []

    def is_there() -> bool:
        found.extend(take(outbox, run))
        return bool(found)

    wait_until(is_there, "the lease is over")
    return found[0]


def test_nothing_is_taken_before_it_is_due(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    """The first alert of a group waits for others."""
    put(store, run, begins())

    assert take(outbox, run, now=NOON + 4.9) == []
    assert len(take(outbox, run, now=NOON + 5)) == 1


def test_a_burst_is_taken_together(store: EvaluationStore, outbox: AlertOutbox, run: Run) -> None:
    put(store, run, *(begins(a_record(f"web{number}")) for number in range(41)))

    [taken] = take(outbox, run)

    assert len({notice.thing for notice in taken.entries}) == 41


def test_what_one_sender_has_no_other_gets(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())

    assert len(take(outbox, run)) == 1
    assert take(outbox, run) == []


def test_what_was_told_is_gone_and_what_the_receiver_knows_is_kept(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    change = begins()
    assert change.after
    put(store, run, change)
    [taken] = take(outbox, run)

    assert run(outbox.done(taken, NOON + 60, INCIDENT, []))
    assert take(outbox, run) == []

    put(store, run, ends(change.after))
    [end] = take(outbox, run)
    assert end.known == INCIDENT
    assert not end.may_be_repeated


def test_whoever_comes_after_a_sender_that_died_is_told_so(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())
    take(outbox, run, seconds=0.001)

    assert take_after_lease(outbox, run).may_be_repeated


def test_a_sender_whose_lease_is_over_notes_nothing_once_another_has_it(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())
    [stale] = take(outbox, run, seconds=0.001)
    fresh = take_after_lease(outbox, run)

    assert not run(outbox.done(stale, NOON + 60, None, []))

    assert run(outbox.done(fresh, NOON + 60, INCIDENT, []))


def test_what_comes_while_something_is_told_follows(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())
    [taken] = take(outbox, run)
    put(store, run, begins(a_record("web2")))

    run(outbox.done(taken, NOON + 60, INCIDENT, []))

    [following] = take(outbox, run)
    assert [notice.thing for notice in following.entries] == ["web2"]


def test_what_failed_is_tried_again_when_it_is_due_and_knows_its_tries(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())
    [taken] = take(outbox, run)
    tries = Tries(times=1, since=NOON, at=NOON, error="503")

    run(outbox.failed(taken, tries, NOON + 65, None))

    assert take(outbox, run, now=NOON + 64) == []
    [again] = take(outbox, run, now=NOON + 65)
    assert again.tries == tries
    assert len(again.entries) == 1
    assert not again.may_be_repeated


def test_what_was_said_by_one_who_died_may_be_repeated_also_after_it_failed(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())
    [taken] = take(outbox, run)
    tries = Tries(times=1, since=NOON, at=NOON, error="no answer", may_be_repeated=True)

    run(outbox.failed(taken, tries, NOON + 65, None))

    [again] = take(outbox, run, now=NOON + 65)
    assert again.may_be_repeated
    assert not again.was_taken


def test_a_receiver_that_wants_to_hear_nothing_hears_nothing_of_any_group(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    """Retry-After counts for all instances, all that is queued, and whatever their clocks say."""
    put(store, run, begins())
    [taken] = take(outbox, run)
    failure = Tries(times=1, since=NOON, at=NOON, error="429")
    run(outbox.failed(taken, failure, NOON + 5, None, rest=90))
    put(store, run, begins(a_record("db1", "other rule")))

    assert take(outbox, run, now=NOON + 10_000) == []
    Noted(valkey).pass_time(80)
    assert take(outbox, run, now=NOON + 10_000) == []
    Noted(valkey).pass_time(11)
    assert take(outbox, run, now=NOON + 10_000)


def test_a_store_whose_clock_was_set_back_does_not_silence_a_receiver(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    put(store, run, begins())
    [taken] = take(outbox, run)
    run(outbox.failed(taken, Tries(times=1, since=NOON, at=NOON, error="429"), NOON, None, rest=90))

    Noted(valkey).pass_time(-3600)

    assert take(outbox, run)


def test_what_is_due_in_hours_by_a_clock_that_was_set_back_is_due_now(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())

    assert len(take(outbox, run, now=NOON - 3600)) == 1


def test_what_is_buried_is_kept_to_be_read_and_not_tried_again(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    put(store, run, begins())
    [taken] = take(outbox, run)
    letter = Letter(at=NOON, receiver="ops", title="x", error="no such channel", number=1)

    assert run(outbox.bury(taken, NOON, letter, None))

    assert take(outbox, run) == []
    assert Noted(valkey).letters() == [letter]
    assert Noted(valkey).counters()["dead:ops"] == 1


def test_what_is_kept_of_a_failure_stays_before_what_came_meanwhile(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    """Of what nobody takes for a day, the ends of what was told are not given up."""
    put(store, run, *(begins(a_record(f"web{number}")) for number in range(3)))
    [taken] = take(outbox, run)
    put(store, run, begins(a_record("db1")))

    run(
        outbox.failed(
            taken,
            Tries(times=9, since=NOON, at=NOON, error="500"),
            NOON,
            None,
            letter=Letter(at=NOON, receiver="ops", title="x", error="500"),
            kept=taken.entries[1:],
        )
    )

    [again] = take(outbox, run)
    assert [notice.thing for notice in again.entries] == ["web1", "web2", "db1"]


def test_one_receiver_is_told_one_thing_after_the_other(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    """Also by several instances: what a receiver may hear in a second is not theirs twice."""
    put(store, run, begins(), begins(a_record("db1", "other rule")))

    [first] = take(outbox, run)
    assert take(outbox, run) == []
    run(outbox.done(first, NOON + 60, None, []))
    [second] = take(outbox, run)

    assert {first.group, second.group} == {"rule=silent", "rule=other rule"}


def test_a_receiver_rests_after_it_was_told_for_as_long_as_it_wants(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    put(store, run, begins(), begins(a_record("db1", "other rule")))
    [first] = take(outbox, run)

    run(outbox.done(first, NOON + 60, None, [], rest=30))

    assert take(outbox, run) == []
    Noted(valkey).pass_time(31)
    assert take(outbox, run)


def test_a_receiver_with_thousands_of_groups_hides_no_other_that_is_due_later(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, *(begins(a_record(rule=f"rule {number}")) for number in range(2_000)))
    put(store, run, begins(to="staff"))

    taken = take(outbox, run)

    assert {each.address for each in taken} == {"ops@d1", "staff@d1"}


def test_a_queue_that_holds_what_is_not_ours_stops_no_other(
    store: EvaluationStore, outbox: AlertOutbox, valkey: Valkey, run: Run
) -> None:
    put(store, run, begins(), begins(a_record("db1"), to="staff"))
    [queue] = valkey.client().keys(keys.QUEUE + "ops*")
    valkey.client().rpush(queue, "{")

    [taken] = take(outbox, run)

    assert taken.address == "staff@d1"


def test_a_receiver_that_somebody_here_talks_to_is_left_out(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    put(store, run, begins())

    assert run(outbox.take(NOON + 60, LONG, 10, ["ops@d1"])) == []


def test_how_to_reach_a_receiver_is_known_also_when_no_file_has_it(
    store: EvaluationStore, outbox: AlertOutbox, run: Run
) -> None:
    receiver = Receiver(
        "ops",
        "webhook",
        {"url": "https://${HOST}/", "headers": {"X": ["1"]}, "tries": 3},
        "d1",
        "receivers.yml",
        4,
    )
    run(store.remember([receiver]))

    assert run(outbox.receiver("ops@d1")) == receiver
    assert run(outbox.receiver("ops@d2")) is None
