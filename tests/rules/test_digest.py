"""What tells whether a rule is still the one that was tested."""

from dataclasses import replace

import pytest

from blinkenlights.rules.digest import digest_of
from blinkenlights.rules.files.limits import limit_of
from blinkenlights.rules.rule import Dependency, Flapping, Rule, Selector
from blinkenlights.rules.template import Template

RULE = Rule(
    name="queue is long",
    file="a.yml",
    line=1,
    selector=Selector("metric", ("*.queue",)),
    warning=limit_of("warning", "100", "metric", "value"),
)


def test_where_a_rule_stands_makes_no_difference() -> None:
    assert digest_of(replace(RULE, file="b.yml", line=9)) == digest_of(RULE)


@pytest.mark.parametrize(
    "changed",
    [
        replace(RULE, warning=limit_of("warning", "101", "metric", "value")),
        replace(RULE, warning=limit_of("warning", "100", "metric", "age")),
        replace(RULE, critical=limit_of("critical", "100", "metric", "value")),
        replace(RULE, selector=Selector("metric", ("*.queue",), where={"host": "a"})),
        replace(RULE, wait=1.0),
        replace(RULE, missing="critical"),
        replace(RULE, flapping=Flapping(4, 3600.0)),
        replace(RULE, unless=(Dependency("other"),)),
        replace(RULE, labels={"team": "web"}),
        replace(RULE, text=Template("{name}")),
        replace(RULE, tell=("chat",)),
    ],
)
def test_whatever_else_it_says_does(changed: Rule) -> None:
    assert digest_of(changed) != digest_of(RULE)
