"""Storing what is told of machines: the same facts, whatever the order and the repetitions."""

import pytest

from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT, Outcome, Run
from blinkenlights.kinds.machine.keys import Facts as MachineFacts
from servers.machines import NAME, NOW, OTHER_POOL, POOL, Told

DAY = 86400.0
YEAR_9999 = 253402300799.994
"""Later than the JSON of the store can tell from its neighbours."""


def test_what_is_told_is_kept(told: Told) -> None:
    """Its last task, how that ended, when it lived, and who told."""
    told.tell(told.task("running", age=400, task="t/0", lasted=0))
    told.tell(told.task("failed", age=100.25, task="t/0", lasted=299.75, received=90))

    assert told.facts() == MachineFacts(
        seen=NOW - 100.25,
        first=NOW - 400,
        receipt=NOW - 90,
        source="5eed5eed",
        pool=POOL,
        task="t/0",
        state="failed",
        reason="",
        since=NOW - 100.25,
        started=NOW - 400,
        happened="",
        happened_at=0.0,
        lost=0.0,
        left=0.0,
        outcomes=[Outcome(NOW - 100.25, "t/0", "failed")],
    )
    assert told.sets() == ({POOL: {NAME: NOW - 100.25}}, {NAME: 1}, {}, {})


def test_a_task_that_runs(told: Told) -> None:
    """It runs since it was claimed, until its end is told; the end wins at the same moment."""
    told.completed(age=500)
    told.tell(told.task("running", age=400, lasted=0, task="t/0"))
    running = told.facts()
    told.completed(age=400, lasted=0, task="t/0")
    told.tell(told.task("running", age=400, lasted=0, task="t/0"))

    assert running.running_since == NOW - 400
    assert told.facts().running_since is None
    assert told.facts().state == "completed"


def test_failures_in_a_row(told: Told) -> None:
    """They are counted by reason from the last one that was completed, and end with the next."""
    told.completed(age=500)
    told.failed(age=400)
    told.tell(told.task("exception", reason="internal-error", alive=True, age=300))
    told.silent(age=200)
    words = [one.word for one in told.facts().failures]
    in_a_row = told.sets().failing
    told.completed(age=100)

    assert words == ["claim-expired", "internal-error", "failed"]
    assert in_a_row == {NAME: 3}
    assert told.facts().failures == []
    assert told.sets().failing == {}


@pytest.mark.parametrize("reason", ["canceled", "superseded", "deadline-exceeded"])
def test_what_it_cannot_help(told: Told, reason: str) -> None:
    """A task that was taken back, replaced or too late is neither a failure nor ends them."""
    told.failed(age=300)
    told.tell(told.task("exception", reason=reason, age=200))

    assert told.sets().failing == {NAME: 1}
    assert told.facts().happened == reason
    assert told.facts().happened_at == NOW - 200
    assert (told.facts().state, told.facts().reason) == ("exception", reason)


def test_a_late_word_of_a_good_task(told: Told) -> None:
    """One that was completed between two failures ends the older of them, whenever it is told."""
    told.failed(age=300)
    told.failed(age=100)
    told.completed(age=200)

    assert told.sets().failing == {NAME: 1}


def test_two_words_on_one_run(told: Told) -> None:
    """A run ends once; should two ends be told, the later one counts, whichever came first."""
    told.failed(age=10, task="t/0")
    told.completed(age=20, task="t/0")
    told.completed(age=40, task="t/1")
    told.failed(age=30, task="t/1")

    assert [one.word for one in told.facts().outcomes] == ["failed", "failed"]


def test_many_failures(told: Told) -> None:
    """So many ends of tasks are kept that the number in a row stops there, and it stays bounded."""
    for age in range(100, 100 - OUTCOMES_KEPT - 5, -1):
        told.failed(age=age)

    facts = told.facts()
    assert told.sets().failing == {NAME: OUTCOMES_KEPT}
    assert [one.time for one in facts.failures] == [
        NOW - age for age in range(100 - OUTCOMES_KEPT - 4, 100 - 4)
    ]


def test_a_machine_whose_claim_expired(told: Told) -> None:
    """It is lost since then, but lived when it claimed the task; its next word ends that."""
    told.silent(age=100, lasted=1300)
    lost = told.sets()
    facts = told.facts()
    told.tell(told.task("running", age=50, lasted=0))

    assert lost.lost == {NAME: NOW - 100}
    assert lost.seen == {POOL: {NAME: NOW - 1400}}
    assert (facts.first, facts.seen, facts.lost) == (NOW - 1400, NOW - 1400, NOW - 100)
    assert (facts.happened, facts.happened_at) == ("claim-expired", NOW - 100)
    assert told.sets().lost == {}
    assert told.facts().lost == NOW - 100


def test_a_machine_that_claimed_another_task_since_is_not_lost(told: Told) -> None:
    """Its claim of B holds, so it lives; when that expires as well it is lost, in any order."""
    began = [
        told.task("running", age=1260, lasted=0, task="A/0"),
        told.task("running", age=1190, lasted=0, task="B/0"),
    ]
    expired = told.task("exception", reason="claim-expired", age=30, lasted=1230, task="A/0")
    told.tell(expired, *began)

    living, facts = told.sets().lost, told.facts()
    told.silent(age=10, lasted=1180, task="B/0")

    assert living == {}
    assert facts.open_runs == (Run(NOW - 1190, "B/0"),)
    assert told.sets().lost == {NAME: NOW - 10}
    assert told.facts().open_runs == ()


def test_an_earlier_claim_excuses_no_later_one(told: Told) -> None:
    """That of A, of which no end was heard, says nothing of a machine that let B expire."""
    told.tell(
        told.task("running", age=1260, lasted=0, task="A/0"),
        told.task("exception", reason="claim-expired", age=30, lasted=1160, task="B/0"),
    )

    assert told.sets().lost == {NAME: NOW - 30}


def test_an_end_that_does_not_tell_the_beginning(told: Told) -> None:
    """It is told by the beginning, whichever comes first."""
    rows = [
        told.task("running", age=1260, lasted=0, task="A/0"),
        told.task("exception", reason="claim-expired", age=30, task="A/0"),
        told.task("running", age=1190, lasted=0, task="B/0"),
    ]
    told.tell(*rows)
    forwards = told.sets().lost
    told.run(told.store.forget([NAME]))
    told.tell(*reversed(rows))

    assert forwards == told.sets().lost == {}


def test_a_later_claim_that_is_taken_back_excuses_nothing(told: Told) -> None:
    """Once nothing runs that it claimed later, it is lost until it does something."""
    told.silent(age=100, lasted=1300, task="A/0")
    told.tell(told.task("running", age=1200, lasted=0, task="B/0"))
    told.tell(told.task("exception", reason="canceled", age=50, lasted=1150, task="B/0"))

    assert told.sets().lost == {NAME: NOW - 100}


def test_a_living_machine_that_is_declared_is_not_lost(told: Told) -> None:
    """Neither does a declaration make it lost."""
    told.silent(age=30, lasted=1230, task="A/0")
    told.tell(told.task("running", age=1190, lasted=0, task="B/0"))

    told.run(told.store.expect(NAME, NOW))

    assert told.sets().lost == {}


def test_a_worker_that_runs_several_tasks(told: Told) -> None:
    """One still runs when another one ends, and an end that overtakes its beginning ends it."""
    told.tell(
        told.task("running", age=300, lasted=0, task="A/0"),
        told.task("running", age=200, lasted=0, task="B/0"),
        told.task("completed", age=100, lasted=50, task="C/0"),
    )
    three = told.facts().open_runs
    told.completed(age=50, lasted=150, task="B/0")
    told.tell(told.task("running", age=150, lasted=0, task="C/0"))

    assert three == (Run(NOW - 200, "B/0"), Run(NOW - 300, "A/0"))
    assert told.facts().open_runs == (Run(NOW - 300, "A/0"),)
    assert told.facts().running_since == NOW - 300
    assert told.facts().task == "B/0"


def test_runs_whose_end_is_never_told(told: Told) -> None:
    """The oldest are forgotten, so that a machine never takes more than so much of the store."""
    for age in range(100, 100 - OUTCOMES_KEPT - 5, -1):
        told.tell(told.task("running", age=age, lasted=0))

    assert len(told.facts().open_runs) == OUTCOMES_KEPT
    assert told.facts().open_runs[0].started == NOW - (100 - OUTCOMES_KEPT - 4)


def test_an_expired_claim_is_no_life(told: Told) -> None:
    """Whoever was only said to be silent was never seen, and is in no pool."""
    told.silent(age=100)

    assert told.facts().seen == 0
    assert told.sets().seen == {}
    assert told.sets().lost == {NAME: NOW - 100}


def test_a_late_word_that_a_claim_expired(told: Told) -> None:
    """Whoever did something since is not lost."""
    told.tell(told.task("running", age=50, lasted=0))
    told.silent(age=100)

    assert told.sets().lost == {}


def test_worker_shutdown_is_not_lost(told: Told) -> None:
    """Only an expired claim says that a machine fell silent."""
    told.tell(told.task("exception", reason="worker-shutdown", age=10, lasted=5))

    assert told.sets().lost == {}
    assert told.facts().seen == NOW - 15


@pytest.mark.parametrize("word", ["worker stopped", "worker removed"])
def test_a_worker_that_was_taken_away(told: Told, word: str) -> None:
    """It alarms nobody, by silence or by what it failed before, until it runs again."""
    told.failed(age=400)
    told.silent(age=300)
    told.worker(word, age=200)
    gone = told.keys()
    facts = told.facts()
    told.worker("worker running", age=100)

    assert gone == {"facts"}
    assert (facts.happened, facts.left, facts.seen) == (word, NOW - 200, NOW - 400)
    assert told.keys() == {"facts", f"seen:{POOL}", "failing"}


def test_an_expected_worker_that_was_taken_away(told: Told) -> None:
    """Who is expected has to be there, whoever took it away."""
    told.run(told.store.expect(NAME, NOW - 500))
    told.failed(age=400)
    told.worker("worker removed", age=200)

    assert told.keys() == {"facts", "expected", f"seen:{POOL}", "failing"}


def test_a_late_word_that_a_worker_was_removed(told: Told) -> None:
    """Who did something since has not left."""
    told.completed(age=100)
    told.worker("worker removed", age=200)

    assert told.sets().seen == {POOL: {NAME: NOW - 100}}


def test_a_change_of_pool(told: Told) -> None:
    """A machine is in the pool that was told last, whatever comes late."""
    told.completed(age=300, pool=POOL)
    told.completed(age=100, pool=OTHER_POOL)
    told.completed(age=200, pool=POOL)
    told.completed(age=50, pool="")

    assert told.sets().seen == {OTHER_POOL: {NAME: NOW - 50}}


def test_a_machine_without_a_pool(told: Told) -> None:
    """It is in the pool without a name until one is told."""
    told.completed(age=300, pool="")
    without = told.sets().seen
    told.completed(age=400, pool=POOL)

    assert without == {"": {NAME: NOW - 300}}
    assert told.sets().seen == {POOL: {NAME: NOW - 300}}


@pytest.mark.parametrize("ahead", [31.0, 3600.0, YEAR_9999 - NOW])
def test_a_time_to_come_is_now(told: Told, ahead: float) -> None:
    """It counts as of its receipt, and never again, however often and late it is repeated."""
    message = told.task(age=-ahead, received=0, task="t/0")
    told.tell(message)
    first = told.contents()
    for later in (1, ahead - 30, ahead, ahead + DAY):
        told.tell(message._replace(receipt=NOW + later))

    assert told.facts().seen == NOW
    assert told.sets().seen == {POOL: {NAME: NOW}}
    assert told.contents() == first


def test_after_a_time_to_come(told: Told) -> None:
    """One wrong time does not keep out those that are right."""
    told.completed(age=-3600, received=0)
    told.now += 60
    told.failed(age=10)

    assert told.facts().seen == NOW + 50
    assert told.sets().failing == {NAME: 1}


def test_a_clock_that_is_a_little_ahead(told: Told) -> None:
    """Within the tolerance a time to come is now; repeated, it is never later than it says."""
    message = told.task(age=-20, received=0)
    told.tell(message)
    seen = told.facts().seen
    told.tell(message._replace(receipt=NOW + DAY))

    assert seen == NOW
    assert told.facts().seen == NOW + 20


def test_a_repetition_is_no_life(told: Told) -> None:
    """A message that comes again a day later changes nothing."""
    # Times have more digits than are kept.
    rows = [
        told.task("running", age=399.98766, lasted=0),
        told.task("failed", age=299.98766),
        told.task("exception", reason="claim-expired", age=199.98766),
    ]
    told.tell(*rows)
    before = told.contents()
    told.now += DAY
    for row in rows:
        told.tell(row._replace(receipt=told.now, source="another"))

    assert told.contents() == before


def test_times_of_1970(told: Told) -> None:
    """What was at the beginning of time was never, and breaks nothing."""
    told.completed(age=NOW)

    assert told.keys() == set()
