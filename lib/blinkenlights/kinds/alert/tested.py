"""Whether tests cover a rule: what `rules test --record` noted, and what is said of it.

The evaluator sees no file of tests: these stand where rules are written and tried, not where they
are in force. So it is noted what was tested, and a digest tells whether that is what is in force.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.unpacking import NOT_OURS, text_in, texts_in
from blinkenlights.plugin.reports import number
from blinkenlights.plugin.words import NAMED, clean, listing, span
from blinkenlights.store import hashes
from blinkenlights.store.reader import StoreReader


class TestedRule(NamedTuple):
    """What came of the tests of one rule."""

    digest: str
    """Of the rule as it was then."""
    files: Sequence[str]
    """Files with a test that is about it; none when no test is."""
    failed: Sequence[str]
    """Those of them with a test that failed."""


class Tested(NamedTuple):
    """What came of all tests that were run together."""

    at: float
    """When, seconds since the epoch."""
    tests: int
    rules: Mapping[str, TestedRule]
    """By the name of the rule, of every rule of the folders that were tested."""


def packed(tested: Tested) -> str:
    """Return it as it is kept."""
    rules = {name: one._asdict() for name, one in tested.rules.items()}
    return json.dumps({**tested._asdict(), "rules": rules})


def parse_tested(text: str) -> Tested:
    """Return what was kept; raises ValueError when it is not ours."""
    try:
        raw = json.loads(text)
        rules = {
            name: TestedRule(
                text_in(one["digest"]),
                texts_in(one["files"]),
                texts_in(one["failed"]),
            )
            for name, one in raw["rules"].items()
        }
        return Tested(number(raw["at"]), int(raw["tests"]), rules)
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def tested(store: StoreReader) -> Tested | None:
    """Return what was recorded last; None when nothing ever was. Raises a StoreError."""
    [text] = store.ask(("GET", keys.TESTED))
    return hashes.parsed(parse_tested, text, keys.TESTED) if text else None


def tested_in_words(found: Tested | None, name: str, digest: str, now: float) -> str:
    """Return whether a test covers a rule, as far as that was recorded.

    Args:
        found: What was recorded.
        name: The rule.
        digest: Of the rule that is in force.
        now: The present.
    """
    if found is None:
        return "no run of tests is recorded; rules test --record does it"
    ago = f"{span(round(max(0.0, now - found.at)))} ago"
    one = found.rules.get(name)
    if one is None:
        return f"no test touches this rule: it was not there when tests ran {ago}"
    if not one.files:
        return f"no test touches this rule, of {found.tests} that ran {ago}"
    changed = "" if one.digest == digest else ", and the rule was changed since"
    if one.failed:
        return f"covered by {_files(one.files)}, failed {ago} in {_files(one.failed)}{changed}"
    return f"covered by {_files(one.files)}, passed {ago}{changed}"


def _files(names: Sequence[str]) -> str:
    return listing(list(map(clean, names)), NAMED)
