"""What a file says of rules, and all that is wrong with it."""

import pytest

from blinkenlights.conditions.context import Context
from blinkenlights.rules.files.read import RuleFile
from blinkenlights.rules.rule import Dependency, Flapping, Selector
from rules.reading import SHORTEST, mistakes, one, read


def test_the_shortest_rule_is_a_name_and_a_range() -> None:
    """It is about the value of what it names, and routes say who is told."""
    (found,) = read(SHORTEST).rules

    assert (found.name, found.file, found.line) == ("queue is long", "a.yml", 1)
    assert found.selector == Selector("metric", ("*.queue",))
    assert found.warning is not None
    assert found.warning.text == "100"
    assert (found.critical, found.recovery, found.wait, found.keep) == (None, None, 0.0, 0.0)
    assert (found.window, found.severity, found.tell, found.missing) == (300.0, "page", (), "keep")


@pytest.mark.parametrize("name", ["cafe\u0301", "a\u034fb", " a", "a ", "", "a" * 201, "a\\tb"])
def test_two_names_never_look_alike(name: str) -> None:
    """People type them to checks and silences."""
    (found,) = mistakes(f'"{name}": {{metric: x, warning: 1, missing: keep}}')

    assert "a name has 1 to 200 bytes" in found


def test_an_empty_file_says_nothing() -> None:
    """It is not wrong, either."""
    assert read("# later\n") == RuleFile()


def test_all_that_a_rule_may_say() -> None:
    """Each key ends where whoever judges looks for it."""
    found = one(
        "but: [test.*, dev.*]\nwhere: {host: web*, rack: 7}\nover: 10m\nwarning: value > 100\n"
        "critical: avg > 1000 && tags.env == 'prod'\nrecovery: value < 80\nfor: 5m\nkeep: 90\n"
        "flapping: 4 in 1h\nunless:\n- switch down\n- {rule: host down, same: host}\n"
        "severity: ticket\nlabels: {team: web, tier: 1}\ntext: '{name} has {value} waiting'\n"
        "runbook: https://wiki/{labels.team}\ntell: [chat, oncall]"
    )

    assert found.selector == Selector(
        "metric", ("*.queue",), ("test.*", "dev.*"), {"host": "web*", "rack": "7"}
    )
    assert [(level, limit.text) for level, limit in found.limits] == [
        ("critical", "avg > 1000 && tags.env == 'prod'"),
        ("warning", "value > 100"),
    ]
    assert found.recovery is not None
    assert found.recovery.text == "value < 80"
    assert (found.window, found.wait, found.keep) == (600.0, 300.0, 90.0)
    assert found.flapping == Flapping(4, 3600.0)
    assert found.unless == (Dependency("switch down"), Dependency("host down", ("host",)))
    assert (found.severity, found.labels) == ("ticket", {"team": "web", "tier": "1"})
    assert found.text is not None
    assert found.text.filled({"name": "a.queue", "value": 120.0}) == "a.queue has 120 waiting"
    assert found.tell == ("chat", "oncall")


@pytest.mark.parametrize(
    ("word", "subject"), [("heartbeat", "component"), ("probe", "prober"), ("client", "client")]
)
def test_the_subject_is_a_key(word: str, subject: str) -> None:
    """It has the word of the check that looks at it; several names may stand there."""
    text = f"a:\n  {word}: [x, y*]\n  missing: critical\n  critical: 5m\n"

    (found,) = read(text).rules

    assert found.selector == Selector(subject, ("x", "y*"))
    assert found.missing == "critical"


def test_what_all_rules_have_stands_in_defaults() -> None:
    """A rule has the last word; of labels and tags both count."""
    text = (
        "defaults: {missing: warning, for: 5m, labels: {team: web, tier: 1}, where: {env: prod}}\n"
        "a: {metric: x, warning: 1, labels: {team: db}}\n"
        "b: {metric: y, warning: 1, missing: keep, for: 1m, where: {host: web1}}\n"
    )

    a, b = read(text).rules

    assert (a.missing, a.wait, a.labels) == ("warning", 300.0, {"team": "db", "tier": "1"})
    assert (b.missing, b.wait) == ("keep", 60.0)
    assert b.selector.where == {"env": "prod", "host": "web1"}


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("100", 120.0, "value was 120, limit 100"),
        ("'10:'", 3.0, "value was 3, limit 10"),
        ("'10:20'", 3.0, "value was 3, limit 10"),
        ("'10:20'", 25.5, "value was 25.5, limit 20"),
        ("'@10:20'", 15.0, "value was 15, limit @10:20"),
        ("-5:5", -7.0, "value was -7, limit -5"),
        ("value > 100", 120.0, "value was 120, limit 100"),
    ],
)
def test_a_range_holds_while_it_is_left(limit: str, value: float, sentence: str) -> None:
    """It says what was found, and which end was left, as an expression does."""
    warning = one(f"warning: {limit}").warning
    assert warning is not None
    context = Context({"value": value}, thing="the metric")

    assert warning.condition.judge(context).holds
    assert warning.condition.found(context) == sentence


def test_within_a_range_it_does_not_hold() -> None:
    """Nor without the value, nor when that is no number."""
    warning = one("of: facts.depth\nwarning: 10:20").warning
    assert warning is not None

    for facts, sentence in (
        ({"depth": 15.0}, "facts.depth was 15, limit 10:20"),
        ({}, "the metric has no facts.depth"),
        ({"depth": "full"}, "facts.depth was the text 'full', want a number"),
        ({"depth": True}, "facts.depth was the boolean true, want a number"),
    ):
        verdict = warning.condition.judge(Context({"facts": facts}, thing="the metric"))
        assert (verdict.holds, verdict.sentence) == (False, sentence)


def test_ages_are_durations() -> None:
    """All but series have their age judged, where a rule says nothing else."""
    text = "a:\n  heartbeat: '*'\n  missing: keep\n  critical: 5m\n"
    critical = read(text).rules[0].critical
    assert critical is not None
    context = Context({"age": 372.0}, thing="the component")

    assert critical.condition.judge(context).holds
    assert critical.condition.found(context) == "age was 6m 12s, limit 5m"
    assert critical.constants_of_age == (300.0,)


def test_a_range_for_the_recovery_is_one_to_be_in() -> None:
    """Ranges say what is well, in each place."""
    recovery = one("warning: 100\nrecovery: 80").recovery
    assert recovery is not None

    holds = [recovery.judge(Context({"value": each})).holds for each in (79.0, 80.0, 81.0)]

    assert holds == [True, True, False]


@pytest.mark.parametrize(
    ("expression", "constants", "at_any_moment"),
    [
        ("age > 300", (300.0,), False),
        ("300 < age && (since >= 5 * 60 + 1 || value > 3)", (300.0, 301.0), False),
        ("age > -(-60)", (60.0,), False),
        ("age > 2 * facts.interval", (), True),
        ("age / 60 > 5", (), True),
        ("value > 3 && facts.queue > 5", (), False),
        ("age > 1 / 0", (), True),
    ],
)
def test_it_is_known_when_time_alone_changes_a_limit(
    expression: str, constants: tuple[float, ...], at_any_moment: bool
) -> None:
    """Things of which nothing came need to be judged then only."""
    warning = one(f"warning: {expression}").warning

    assert warning is not None
    assert (warning.constants_of_age, warning.needs_every_look) == (constants, at_any_moment)


def test_a_limit_tells_what_it_and_the_recovery_use() -> None:
    """Numbers over a window are worked out for those who use them."""
    warning = one("warning: max > 5\nrecovery: avg < 3 && age < 60").warning

    assert warning is not None
    assert warning.names == {"max", "avg", "age"}
    assert warning.constants_of_age == (60.0,)
