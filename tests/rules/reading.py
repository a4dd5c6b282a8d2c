"""Reads rules from text, for tests."""

import pytest

from blinkenlights.rules.files.read import RuleFile, read_rules
from blinkenlights.rules.rule import Rule
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
