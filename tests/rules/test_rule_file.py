"""What a file says of rules, and all that is wrong with it."""

import pytest

from blinkenlights.conditions.context import Context
from blinkenlights.rules.files.read import RuleFile, read_rules
from blinkenlights.rules.rule import Dependency, Flapping, Rule, Selector
from blinkenlights.yaml_files.mistakes import BadFile

NOW = 1_764_331_200.0
HEAD = "queue is long:\n  metric: '*.queue'\n  missing: keep\n"
SHORTEST = HEAD + "  warning: 100\n"


def read(text: str, environment: dict[str, str] | None = None) -> RuleFile:
    """Return what a file says."""
    return read_rules(text.encode(), "a.yml", environment or {}, NOW)


def one(lines: str) -> Rule:
    """Return the rule that has these keys besides its subject."""
    (found,) = read(HEAD + "".join(f"  {each}\n" for each in lines.splitlines())).rules
    return found


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read(text)
    return [str(each) for each in bad.value.mistakes]


def mistake(lines: str) -> str:
    """Return the one thing that is wrong with a rule of these keys."""
    (found,) = mistakes(HEAD + "".join(f"  {each}\n" for each in lines.splitlines()))
    return found


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


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("warnin: 5", "line 4: queue is long: warnin: there is no such key; did you mean warning?"),
        (
            "for: 5m",
            (
                "line 1: queue is long: says neither warning nor critical; write when it is "
                "bad: warning: '100'"
            ),
        ),
        (
            "warning: ''",
            (
                "line 4: queue is long: warning: is empty; write a range such as '100', or "
                "an expression: value > 100"
            ),
        ),
        (
            "warning: 5m",
            ("line 4: queue is long: warning: '5m' is not a range; write 10, 10:, 10:20 or @10:20"),
        ),
        (
            "warning: -5",
            (
                "line 4: queue is long: warning: '-5' ends below its start 0; write -5: "
                "for no less, or a tilde and :-5 for no more"
            ),
        ),
        (
            "of: count\nwarning: '0:'",
            ("line 5: queue is long: warning: '0:' is never left; count is 0 or more"),
        ),
        (
            "of: count\nwarning: '@-5:-1'",
            ("line 5: queue is long: warning: '@-5:-1' is never left; count is 0 or more"),
        ),
        (
            "of: valeu\nwarning: 5",
            ("line 4: queue is long: of: 'valeu': column 1: there is no valeu; write value"),
        ),
        (
            "of: name\nwarning: 5",
            (
                "line 4: queue is long: of: 'name': column 6: a text is compared "
                "with a number, which never holds; write a text"
            ),
        ),
        (
            "of: value + 1\nwarning: 5",
            ("line 4: queue is long: of: 'value + 1' is no value; write value, age or facts.queue"),
        ),
        (
            "warning: valeu > 5",
            (
                "line 4: queue is long: warning: 'valeu > 5': column 1: there is no "
                "valeu; write value"
            ),
        ),
        (
            "warning: age < 0",
            (
                "line 4: queue is long: warning: 'age < 0': column 5: this never "
                "holds; it is 0 or more"
            ),
        ),
        (
            "warning: state == 'silnt'",
            (
                "line 4: queue is long: warning: \"state == 'silnt'\": "
                "column 10: state is never 'silnt'; write 'silent'"
            ),
        ),
        (
            "warning: 100\ncritical: 50",
            (
                "line 5: queue is long: critical: critical 50 is below "
                "warning 100, so WARNING never comes: exchange the two"
            ),
        ),
        (
            "warning: 100\nfor: soon",
            ("line 5: queue is long: for: 'soon' is not a duration; write 90, 90s, 2m, 1h or 1d"),
        ),
        ("warning: 100\nkeep: -5", "line 5: queue is long: keep: has to be 0 or more"),
        ("warning: 100\nover: 30d", "line 5: queue is long: over: has to be from 1s to 7d"),
        (
            "warning: 100\nflapping: often",
            ("line 5: queue is long: flapping: 'often' cannot be; write 4 in 1h, with 2 to 100"),
        ),
        (
            "warning: 100\nseverity: Very Bad",
            (
                "line 5: queue is long: severity: 'Very Bad' is no "
                "word; write page, ticket or another of small letters"
            ),
        ),
        (
            "warning: 100\nlabels: {severity: x}",
            (
                "line 5: queue is long: labels: severity means "
                "something to routes already; choose another label"
            ),
        ),
        (
            "warning: 100\ntext: '{valeu} waiting'",
            (
                "line 5: queue is long: text: {valeu} stands for "
                "nothing; known: name, state, status, age, since, facts, tags, value, rate, avg, "
                "min, max, count, expected, expected_low, expected_high, unusual, rule, subject, "
                "level, severity, sentence, why, labels"
            ),
        ),
        (
            "warning: 100\nrunbook: 'https://wiki/{labels.team}'",
            (
                "line 5: queue is long: runbook: "
                "{labels.team} stands for a label that the rule has not; write labels: {team: ...}"
            ),
        ),
        (
            "warning: 100\nwhere:\n  host: 'web['",
            (
                "line 6: queue is long: where: 'web[' has a [ "
                "that is not closed; write [[] for the sign"
            ),
        ),
        (
            "warning: 100\nbut: ['a', '']",
            ("line 5: queue is long: but: '' is no name; write one, or a glob such as web*"),
        ),
        (
            "warning: 100\nbut: '*'",
            ("line 5: queue is long: but: takes away all that the rule is about"),
        ),
        (
            "warning: 100\nclient: a",
            (
                "line 2: queue is long: metric: a rule is about one sort of "
                "thing, and there is client; write two rules"
            ),
        ),
        (
            "warning: 100\nunless: queue is long",
            ("line 5: queue is long: unless: 'queue is long': a rule cannot depend on itself"),
        ),
        (
            "warning: 100\nunless: [x, blind]",
            ("line 5: queue is long: unless: 'blind': that everything depends on; leave it out"),
        ),
        (
            "warning: 100\ntell: on call",
            (
                "line 5: queue is long: tell: 'on call': a receiver has a "
                "name of letters, digits and _ . - without blanks"
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(lines: str, sentence: str) -> None:
    """And with what to write."""
    assert mistake(lines) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a: {metric: x, warning: 1}",
            (
                "line 1: a: missing: is missing; say what holds while "
                "nothing comes: missing: keep for what held before, or warning, or critical"
            ),
        ),
        (
            "a: {metric: x, warning: 1, missing: kep}",
            ("line 1: a: missing: 'kep' cannot be; write keep or warning or critical"),
        ),
        (
            "a: {warning: 1, missing: keep}",
            (
                "line 1: a: watches nothing; write metric: NAME, or one "
                "of heartbeat, client, source, machine, endpoint, probe, metric, collector"
            ),
        ),
        ("a: {component: x, warning: 1, missing: keep}", "line 1: 'a': component: write heartbeat"),
        (
            "a: {metics: x, warning: 1, missing: keep}",
            ("line 1: a: metics: there is no such key; did you mean metric?"),
        ),
        (
            "recievers: {chat: {slack: {}}}",
            ("line 1: 'recievers': is no rule; did you mean receivers?"),
        ),
        ("a: 5", "line 1: 'a': wants keys and values below it, as in metric: NAME"),
        (
            "a*: {metric: x, warning: 1, missing: keep}",
            ("line 1: 'a*': a name holds none of *?[, which stand for any name elsewhere"),
        ),
        (
            "blind: {metric: x, warning: 1, missing: keep}",
            ("line 1: 'blind': this rule is built in; choose another name"),
        ),
        ("defaults: [1]", "line 1: defaults: wants keys and values below it"),
        (
            "defaults: {metric: x}",
            (
                "line 1: defaults: metric: there is no such key; known: but, "
                "critical, flapping, for, keep, labels, missing, of, over, recovery, runbook, "
                "severity, "
                "tell, text, unless, warning, where"
            ),
        ),
        (
            "defaults:\n  for: soon\na: {metric: x, warning: 1, missing: keep}",
            ("line 2: a: for: 'soon' is not a duration; write 90, 90s, 2m, 1h or 1d"),
        ),
        ("- a", "line 1: is no mapping; begin with the name of a rule"),
        (
            "a: {metric: x, missing: keep, warning: 1}\na: {}",
            ("line 2: 'a' is there already, in line 1; remove one of them"),
        ),
        (
            "a: {metric: &x y, missing: keep, warning: 1, but: *x}",
            ("line 1: *x is an alias; write out what it stands for, or quote the text"),
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, sentence: str) -> None:
    """In one sentence with its line."""
    assert mistakes(text) == [sentence]


def test_all_is_said_at_once() -> None:
    """Of each rule and of each of its keys."""
    text = (
        "a:\n  metric: x\n  warning: valeu > 1\n  critical: 5m\n  for: soon\n"
        "b:\n  metric: y\n  missing: keep\n  warning: 1\n  keep: later\n"
        "routes:\n- tell: []\n  repeat: 1s\n"
    )

    assert [each.split(":")[0] for each in mistakes(text)] == [
        "line 1", "line 3", "line 4", "line 5", "line 10", "line 13",
    ]  # fmt: skip
