"""The table of rules in README.md names tests that exist."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_test_that_is_named_exists() -> None:
    """A rule whose test was renamed or removed is noticed."""
    table = Path(__file__).with_name("README.md").read_text()
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", table)

    gone = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (TESTS / file).read_text()
    ]

    assert len(named) > 60
    assert gone == []
