"""`blinkenlights rules show`: what would fire now, and why."""

import json
from pathlib import Path

import pytest

from commands.calling import Command, Outcome
from servers.simulated_metrics import SimulatedMetrics

RULES = """\
queue is long:
  metric: "*.queue"
  warning: 100
  critical: value > 1000
  for: 5m
  missing: keep
silent:
  heartbeat: "*"
  critical: state == 'silent'
  missing: keep
"""


@pytest.fixture
def shown(
    command: Command, metrics: SimulatedMetrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> "Shown":
    """Give what calls it, with series in several states."""
    (tmp_path / "a.yml").write_text(RULES)
    metrics.series("a.queue", [1200] * 5)
    metrics.series("b.queue", [120] * 5)
    metrics.series("c.queue", [50] * 5)
    metrics.series("d.queue", [50] * 9, age=600)
    monkeypatch.setattr("blinkenlights.commands.rules.showing.wall_clock", lambda: metrics.now)
    return Shown(command, metrics.simulation.url, tmp_path)


class Shown:
    """Calls it about a store and a folder."""

    def __init__(self, command: Command, url: str, folder: Path) -> None:
        self._command = command
        self._words = ("--redis", url, "--rules", folder)

    def __call__(self, *words: str) -> Outcome:
        """Return what it says to words."""
        return self._command("rules", "show", *words, *self._words)


def test_without_a_rule_it_lists_what_is_not_well(shown: Shown) -> None:
    """Worst first, with why, what would become of it, and how many there are."""
    said = shown()

    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["RULE", "THING", "IS", "ALERT", "WHY", "VALUES"]
    assert [line.split()[3] for line in lines[1:-1]] == ["a.queue", "b.queue", "d.queue"]
    assert "critical  fires critical after 5m  value was 1200, limit 1000" in lines[1]
    assert lines[1].endswith("value=1200")
    assert "missing   stays as it is" in lines[3]
    assert lines[-1] == "2 rules, 4 things; 1 missing; about nothing: silent"


def test_with_a_rule_it_lists_all_of_its_things(shown: Shown) -> None:
    """Also those that are well."""
    said = shown("queue*", "--thing", "c*")

    assert "c.queue  well  none   50, last seen 0s ago" in said.out
    assert said.out.count(".queue") == 1


def test_programs_have_it_as_json(shown: Shown) -> None:
    """With every value."""
    found = json.loads(shown("queue is long", "--json").out)["found"]

    assert [each["thing"] for each in found] == ["a.queue", "b.queue", "d.queue", "c.queue"]
    assert found[0]["values"] == {"value": 1200.0}
    assert found[0]["outcome"] == "critical"


def test_a_rule_that_is_in_no_file_is_a_mistake(shown: Shown) -> None:
    """It says which one may be meant."""
    said = shown("queue is longer")

    assert said.code == 2
    assert "did you mean queue is long?" in said.err
