"""What is wrong with a file of rules is said, with its line and what to write."""

import pytest

from rules.reading import mistake, mistakes


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
