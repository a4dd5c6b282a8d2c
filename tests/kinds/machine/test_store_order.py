"""What is stored of machines does not depend on the order in which it is told."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT, Run
from servers.batches import MachineRow
from servers.machines import NAME, NOW, OTHER_POOL, POOL, Told
from servers.valkey import Valkey

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
