"""An evaluation may last longer than the lease: then it is prolonged meanwhile."""

from pathlib import Path

import pytest

from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert import evaluator as module
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.evaluator import Evaluator
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.survey import limit_of
from blinkenlights.kinds.alert.unpacking import parse_evaluated, parse_evaluation
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey
from servers.waiting import wait_until


def test_a_long_evaluation_is_written_and_taken_over_by_nobody(
    valkey: Valkey,
    store: EvaluationStore,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of two instances each would lose the lease to the other before it has written anything."""
    monkeypatch.setattr(module, "LEAST_LEASE_SECONDS", 1.5)
    (tmp_path / "a.yml").write_text("long: {metric: '*.queue', warning: 100, missing: keep}\n")
    redis = valkey.client()

    def until() -> float:
        return float(redis.hget(keys.LEASE, "until") or 0)

    def clock_of_store() -> float:
        seconds, _ = redis.time()
        return float(seconds)

    def slowly() -> StoreReader:
        first = until()
        wait_until(lambda: clock_of_store() > first + 1, "what was the lease is over")
        return StoreReader(parse_address(valkey.url), 5)

    evaluator = Evaluator(
        tmp_path,
        "a",
        0.1,
        store,
        slowly,
        queued=lambda: None,
        link=lambda _subject, _name: "",
        clock=lambda: NOON,
    )

    assert run(evaluator.evaluate_if_ours())
    assert run(store.lease("b", 60)) == 0
    assert redis.exists(keys.EVALUATION)


def test_a_long_evaluation_is_not_stale_before_the_next_one_can_be_written(
    valkey: Valkey, store: EvaluationStore, run: Run, tmp_path: Path
) -> None:
    """Otherwise checks would say that nobody evaluates, again and again."""
    (tmp_path / "a.yml").write_text("long: {metric: '*.queue', warning: 100, missing: keep}\n")
    now = [NOON]

    def lasts_a_minute() -> StoreReader:
        now[0] += 60
        return StoreReader(parse_address(valkey.url), 5)

    evaluator = Evaluator(
        tmp_path,
        "a",
        15.0,
        store,
        lasts_a_minute,
        queued=lambda: None,
        link=lambda _subject, _name: "",
        clock=lambda: now[0],
    )

    assert run(evaluator.evaluate_if_ours())

    evaluation = parse_evaluation(str(valkey.client().get(keys.EVALUATION)))
    rule = parse_evaluated(str(valkey.client().hget(keys.RULES, "long")))
    next_written = evaluation.at + 60 + 15 + 60
    assert rule.every == evaluation.every == 75
    assert evaluation.at + limit_of(evaluation.every) > next_written
