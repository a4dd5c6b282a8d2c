"""Storing what is told of machines: the same facts, whatever the order and the repetitions."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT, Outcome, Run
from blinkenlights.kinds.machine.keys import Facts as MachineFacts
from servers.batches import MachineRow
from servers.machines import NAME, NOW, OTHER_POOL, POOL, Told
from servers.valkey import Valkey

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


def test_facts_of_a_version_without_runs(told: Told, valkey: Valkey) -> None:
    """They are read as they are, and nothing of them is lost when the next message comes."""
    told.failed(age=400)
    told.tell(told.task("running", age=300, lasted=0, task="A/0"))
    without = (
        'local f = cjson.decode(redis.call("HGET", KEYS[1], ARGV[1])) f.runs = nil '
        'redis.call("HSET", KEYS[1], ARGV[1], cjson.encode(f))'
    )
    valkey.client().eval(without, 1, keys.FACTS, NAME)

    old = told.facts()
    told.silent(age=50, lasted=500, task="0/0")

    assert old.open_runs == told.facts().open_runs == (Run(NOW - 300, "A/0"),)
    assert len(told.facts().outcomes) == 2
    assert told.sets().lost == {}


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


TASKS = st.tuples(st.integers(0, 60), st.integers(0, 3)).flatmap(
    # A run has one machine, one beginning and one end.
    lambda told: st.sampled_from(
        [
            ("running", "", True),
            ("completed", "", True),
            ("failed", "", True),
            ("exception", "claim-expired", False),
            ("exception", "internal-error", True),
            ("exception", "canceled", False),
            ("exception", "worker-shutdown", False),
            ("worker running", "", True),
            ("worker stopped", "", False),
            ("artifact", "", True),
            ("seen", "", True),
        ]
    ).map(lambda kind: (*told, *kind))
)
KINDS = st.tuples(st.sampled_from("ab"), st.sampled_from([POOL, OTHER_POOL, ""]), TASKS)


def rows_of(kinds: list[tuple[str, str, Any]]) -> list[MachineRow]:
    rows = []
    for machine, pool, (second, lasted, what, reason, is_alive) in kinds:
        time = NOW - 60 + second
        has_task = " " not in what and what != "seen"
        fact = MachineEvent(
            time,
            f"mdc1:{machine}",
            pool,
            is_alive,
            what,
            reason,
            f"{what}-{reason}-{second}/0" if has_task else "",
            time - lasted if has_task else None,
        )
        rows.append(MachineRow(fact, NOW, "5eed5eed"))
    return rows


@given(st.lists(KINDS, min_size=1, max_size=60), st.booleans(), st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_and_repetition_do_not_matter(
    told: Told,
    valkey: Valkey,
    kinds: list[tuple[str, str, Any]],
    is_expected: bool,
    data: st.DataObject,
) -> None:
    """Any permutation with any repetitions, in any batches, gives one store."""

    def store(rows: list[MachineRow]) -> object:
        valkey.client().delete(*valkey.client().keys() or ["nothing"])
        if is_expected:
            told.run(told.store.expect("mdc1:a", NOW - 100))
        cuts = data.draw(st.lists(st.integers(0, len(rows)), max_size=3).map(sorted))
        for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            told.tell(*rows[start:end])
        return told.contents()

    rows = rows_of(kinds)
    once = store(sorted(rows, key=lambda row: row.fact.event))
    again = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows)))))

    assert store(list(again)) == once


RUNS = st.lists(
    st.tuples(
        st.integers(61, 90),
        st.integers(1, 60),
        st.sampled_from(["", "completed", "failed", "claim-expired", "canceled"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=OUTCOMES_KEPT,
)
"""Began so long ago, lasted so long, ended how (or not at all), and whether the end tells when."""


@given(RUNS, st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_open_and_who_is_lost(
    told: Told, valkey: Valkey, runs: list[tuple[int, int, str, bool]], data: st.DataObject
) -> None:
    """In any order: the runs that began and did not end; lost, unless one began later is open."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    rows = []
    for place, (age, lasted, word, tells) in enumerate(runs):
        rows.append(told.task("running", age=age, lasted=0, task=f"{place:02}/0"))
        if word:
            is_exception = word in {"claim-expired", "canceled"}
            rows.append(
                told.task(
                    "exception" if is_exception else word,
                    reason=word if is_exception else "",
                    age=age - lasted,
                    lasted=lasted if tells else None,
                    task=f"{place:02}/0",
                )
            )

    told.tell(*data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows))))))

    begun = sorted(((NOW - age, f"{place:02}/0") for place, (age, *_) in enumerate(runs)))
    words = {f"{place:02}/0": word for place, (_, _, word, _) in enumerate(runs)}
    still = [Run(*each) for each in reversed(begun) if not words[each[1]]]
    assert list(told.facts().open_runs) == still
    lived = [NOW - age for age, *_ in runs] + [
        NOW - age + lasted for age, lasted, word, _ in runs if word in {"completed", "failed"}
    ]
    expired = [NOW - age + lasted for age, lasted, word, _ in runs if word == "claim-expired"]
    newest = next((words[task] for _, task in reversed(begun) if words[task] in OPEN), "none")
    is_lost = max(expired, default=0.0) > max(lived) and newest == "claim-expired"
    assert told.sets().lost == ({NAME: max(expired)} if is_lost else {})


OPEN = {"", "claim-expired"}


@given(st.lists(st.booleans(), max_size=40), st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_number_in_a_row(
    told: Told, valkey: Valkey, good: list[bool], data: st.DataObject
) -> None:
    """It is that of the failures since the last task that was completed, up to those kept."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    rows = [
        told.task("completed" if is_good else "failed", age=len(good) - place)
        for place, is_good in enumerate(good)
    ]

    told.tell(*data.draw(st.permutations(rows)))

    failed = min([*reversed(good), True].index(True), OUTCOMES_KEPT)
    assert told.sets().failing == ({NAME: failed} if failed else {})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("of another version", id="text"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="list"),
        pytest.param('{"seen": 5}', id="too-little"),
        pytest.param("\xff", id="bytes"),
    ],
)
def test_facts_that_cannot_be_read(told: Told, valkey: Valkey, text: str) -> None:
    """The next message takes the place of what another version or a hand left there."""
    valkey.client().hset(keys.FACTS, NAME, text)

    told.failed(age=10)

    assert told.facts().seen == NOW - 10
    assert told.sets().failing == {NAME: 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("outcomes", "[1]", id="outcomes"),
        pytest.param("outcomes", '[["x", 1, {}]]', id="an-outcome"),
        pytest.param("last", "[]", id="last"),
        pytest.param("last", '"x"', id="last-a-text"),
        pytest.param("hit", "7", id="hit"),
        pytest.param("pool", "null", id="pool"),
        pytest.param("left", '"x"', id="left"),
        pytest.param("ahead", "null", id="ahead"),
        pytest.param("runs", "[1]", id="runs"),
        pytest.param("runs", '[["x", 1, {}]]', id="a-run"),
        pytest.param("runs", '"x"', id="runs-a-text"),
    ],
)
def test_facts_that_are_partly_spoilt(told: Told, valkey: Valkey, field: str, value: str) -> None:
    """They give way, too; one machine stops no batch."""
    told.completed(age=100)
    spoilt = (
        'local f = cjson.decode(redis.call("HGET", KEYS[1], ARGV[1])) '
        "f[ARGV[2]] = cjson.decode('[' .. ARGV[3] .. ']')[1] "
        'redis.call("HSET", KEYS[1], ARGV[1], cjson.encode(f))'
    )
    valkey.client().eval(spoilt, 1, keys.FACTS, NAME, field, value)

    told.tell(
        told.task("exception", reason="claim-expired", age=10, lasted=5, machine="mdc1:b"),
        told.task("exception", reason="claim-expired", age=10, lasted=5),
    )

    assert told.facts().lost == NOW - 10
    assert told.facts("mdc1:b").lost == NOW - 10
