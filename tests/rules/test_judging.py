"""What comes of a rule for a thing, and the words for it."""

from collections.abc import Mapping
from typing import Any

import pytest

from blinkenlights.rules.judging import judge
from rules.looking import metric, rule_of

NOW = 1_764_331_200.0
QUEUE = """
queue is long:
  metric: "*"
  {}
"""

OUTCOMES: Mapping[str, tuple[str, Mapping[str, Any], str, str]] = {
    # what the rule says, what is different in the thing: outcome, why
    "inside": ("warning: 100", {}, "well", ""),
    "outside": (
        "warning: 100",
        {"numbers": {"value": 120.0}},
        "warning",
        "value was 120, limit 100",
    ),
    "the worst counts": (
        "{warning: 100, critical: 1000}",
        {"numbers": {"value": 1200.0}},
        "critical",
        "value was 1200, limit 1000",
    ),
    "an expression": (
        "critical: value > 100",
        {"numbers": {"value": 120.0}},
        "critical",
        "value was 120, limit 100",
    ),
    "every value of an expression is said, each with its limit": (
        "critical: value > 100 && tags.env == 'prod' && since > 5 * 60",
        {"numbers": {"value": 120.0}, "tags": {"env": "prod"}, "since": NOW - 372.0},
        "critical",
        "value was 120, limit 100, tags.env was 'prod', since was 6m 12s, limit 5m",
    ),
    "of several ways to be bad those are said that are": (
        "critical: value > 1000 || tags.env == 'prod' && value > 100",
        {"numbers": {"value": 120.0}, "tags": {"env": "prod"}},
        "critical",
        "tags.env was 'prod', value was 120, limit 100",
    ),
    "no number": ("warning: 100", {"numbers": {}}, "missing", "the metric has no value"),
    "a number of a while ago": (
        "warning: 100",
        {"numbers": {}, "missing": "stale for 10m", "state": "stale"},
        "missing",
        "stale for 10m",
    ),
    "a state is known of what does not come": (
        "critical: state == 'stale'",
        {"numbers": {}, "missing": "stale for 10m", "state": "stale"},
        "critical",
        "state was 'stale' (50, last seen 3s ago)",
    ),
    "what is bad either way": (
        "critical: value > 100 || age > 300",
        {"numbers": {}, "missing": "stale for 10m", "age": 600.0},
        "critical",
        "age was 10m, limit 5m",
    ),
    "what may be bad the other way": (
        "critical: value > 100 || age > 300",
        {"numbers": {}, "missing": "stale for 10m", "age": 60.0},
        "missing",
        "stale for 10m",
    ),
    "a critical that is not known hides no warning": (
        "{critical: facts.depth > 5, warning: value > 10}",
        {},
        "warning",
        "value was 50, limit 10",
    ),
    "a critical that is not known is not well": (
        "{critical: facts.depth > 5, warning: value > 100}",
        {},
        "missing",
        "the metric has no facts.depth",
    ),
    "a fact that may be left out": (
        "critical: has(facts.depth) && facts.depth > 5",
        {},
        "well",
        "",
    ),
    "doubt": (
        "warning: 10",
        {"doubt": "the collector is not connected", "numbers": {}},
        "doubtful",
        "the collector is not connected",
    ),
    "doubt about a number": (
        "warning: count > 10",
        {"unsure": "not all of the last 5m was heard"},
        "doubtful",
        "the metric has no count: not all of the last 5m was heard",
    ),
    "no doubt about another number": (
        "warning: value > 10",
        {"unsure": "not all of the last 5m was heard"},
        "warning",
        "value was 50, limit 10",
    ),
    "ended": ("warning: 10", {"ended": "retired since 12:00"}, "ended", "retired since 12:00"),
    "unknown": (
        "critical: state == 'stale'",
        {"missing": "nothing is known of it", "is_known": False, "state": "unknown"},
        "missing",
        "nothing is known of it",
    ),
    "since": (
        "warning: since > 60",
        {"since": NOW - 90.0},
        "warning",
        "since was 1m 30s, limit 1m",
    ),
}


def said(text: str) -> str:
    """Return the file of a rule that says so."""
    lines = text[1:-1].replace(", warning", "\n  warning").replace(", critical", "\n  critical")
    return QUEUE.format(lines if text.startswith("{") else text)


@pytest.mark.parametrize("case", OUTCOMES)
def test_what_comes_of_a_rule(case: str) -> None:
    """With what was found, and against which limit."""
    text, details, outcome, why = OUTCOMES[case]

    judged = judge(rule_of(said(text)), metric(**details), NOW)

    assert (judged.outcome, judged.why) == (outcome, why)


@pytest.mark.parametrize(
    ("value", "recovers", "why"),
    [
        (120.0, True, "value was 120, limit 100"),
        (90.0, False, "value was 90, want less than 80"),
        (70.0, True, ""),
    ],
)
def test_what_is_well_recovers_when_more_holds(value: float, recovers: bool, why: str) -> None:
    """Until then it says what is in the way."""
    rule = rule_of(said("warning: value > 100\n  recovery: value < 80"))

    judged = judge(rule, metric(numbers={"value": value}), NOW)

    assert (judged.recovers, judged.why) == (recovers, why)


def test_what_was_looked_at_is_told() -> None:
    """By the names that the rule has for it, of whatever outcome."""
    rule = rule_of(said("warning: value > 100 && facts.unit == 'MB'"))
    thing = metric(facts={"unit": "MB", "other": 1})

    assert judge(rule, thing, NOW).values == {"value": 50.0, "facts.unit": "MB"}


def test_facts_of_what_does_not_come_are_not_there() -> None:
    """A component is silent: nobody knows how long its queue is."""
    rule = rule_of("queue:\n  heartbeat: '*'\n  warning: facts.queue > 5\n")
    thing = metric()._replace(subject="component", facts={"queue": 3}, missing="silent for 5m")

    assert judge(rule, thing, NOW).outcome == "missing"
