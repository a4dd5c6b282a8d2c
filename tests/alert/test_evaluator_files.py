"""What an evaluator makes of its files beside rules: maintenance, and mistakes."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from alert.conftest import Run
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.evaluator import Evaluator
from blinkenlights.alert.excluding import excluded_times
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.rules.receiver import Maintenance
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey

NIGHT = datetime.fromisoformat("2026-01-10T00:30:00+00:00").timestamp()
"""02:30 in Riga."""
HOUR = 3600.0
SORTS = ("client", "metric")


def planned(**match: str) -> Maintenance:
    """Return an hour each night at two, in Riga."""
    return Maintenance("backup", match, "0 2 * * *", "Europe/Riga", HOUR)


def test_times_from_a_day_ago_until_soon_are_excluded() -> None:
    found = excluded_times([planned(subject="client", thing="backup-*")], SORTS, NIGHT)

    tonight = NIGHT - HOUR / 2
    assert found == [
        Excluded("client", "backup-*", start, start + HOUR)
        for start in (tonight - 24 * HOUR, tonight)
    ]


def test_maintenance_of_everything_excludes_series_of_each_sort() -> None:
    found = excluded_times([planned(thing="*")], SORTS, NIGHT)

    assert {each.sort for each in found} == set(SORTS)


def test_maintenance_of_rules_or_labels_is_none_of_a_series() -> None:
    assert excluded_times([planned(rule="silent"), planned(team="web")], SORTS, NIGHT) == []
    assert excluded_times([planned(subject="machine")], SORTS, NIGHT) == []


def test_an_evaluator_tells_those_who_learn(
    valkey: Valkey, store: EvaluationStore, run: Run, tmp_path: Path
) -> None:
    """As its files have it, and no more once they have it no more."""
    rules = tmp_path / "rules.yml"
    text = "maintenance:\n  night: {match: {subject: client}, cron: '* * * * *', for: 10m}\n"
    rules.write_text(text)

    def clock() -> float:
        return NIGHT

    evaluator = Evaluator(
        tmp_path,
        "a",
        15.0,
        store,
        lambda: StoreReader(parse_address(valkey.url), 5),
        queued=lambda: None,
        link=_nowhere(),
        clock=clock,
    )

    async def evaluate() -> None:
        await evaluator.look_at_files()
        assert await evaluator.evaluate_if_ours()

    run(evaluate())
    first = valkey.client().get(keys.EXCLUDED)
    rules.write_text("defaults: {missing: keep}\n")
    run(evaluate())

    assert '"client"' in str(first)
    assert valkey.client().get(keys.EXCLUDED) == "[]"


def test_the_log_says_what_follows_from_a_mistake(
    valkey: Valkey,
    store: EvaluationStore,
    run: Run,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever wrote it has to know whether the rules before are in force."""
    rules = tmp_path / "rules.yml"
    rules.write_text("nonsense: [")
    evaluator = Evaluator(
        tmp_path,
        "a",
        15.0,
        store,
        lambda: StoreReader(parse_address(valkey.url), 5),
        queued=lambda: None,
        link=_nowhere(),
        clock=lambda: NIGHT,
    )

    run(evaluator.look_at_files())
    rules.write_text("defaults: {missing: keep}\n")
    run(evaluator.look_at_files())
    rules.write_text("nonsense: [ [")
    run(evaluator.look_at_files())

    first, last = [each.message for each in caplog.records if "is not YAML" in each.message]
    assert first.endswith("; nothing of it is in force")
    assert last.endswith("; what it said before is in force")


def _nowhere() -> Callable[[str, str], str]:
    return lambda subject, name: ""  # noqa: ARG005 - there is no page
