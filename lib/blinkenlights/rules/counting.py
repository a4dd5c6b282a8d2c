"""Counts the things of each rule: how many there are, and of how many nothing can be said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from blinkenlights.rules.matched import UNKNOWN, Matched
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing

MOST_NAMED = 3


class Counted(NamedTuple):
    """How the things of one rule are."""

    things: int
    missing: int
    """Of how many nothing came, though somebody listened."""
    missing_names: Sequence[str]
    """Some of these, the first by their names."""
    doubtful: int
    """Of how many nobody can know anything."""
    doubt: str
    """Why, of one of these; empty for none."""


class Counting:
    """Counts what is not well. What concerns a whole thing is counted once for all its rules.

    Args:
        rules: All, of which some may be about nothing.
        things: Of how many things each of some rules are, well or not.
    """

    def __init__(self, rules: Sequence[Rule], things: Mapping[Matched, int]) -> None:
        self._all = things
        self._doubtful = Counter[Matched]()
        self._doubts: dict[Matched, str] = {}
        self._missing: dict[str, list[str]] = {rule.name: [] for rule in rules}
        self._unsure: dict[str, list[str]] = {rule.name: [] for rule in rules}

    def add(self, thing: Thing, matched: Matched, outcomes: Mapping[int, str] | None) -> None:
        """Count a thing that is not well, its rules, and which of these are not."""
        if thing.ended:
            return
        if thing.doubt:
            self._doubtful[matched] += 1
            self._doubts.setdefault(matched, thing.doubt)
        elif not thing.is_known:
            for rule in matched.rules:
                self._missing[rule.name].append(thing.name)
        elif outcomes:
            unknown = [matched.rules[at].name for at, what in outcomes.items() if what == UNKNOWN]
            for rule_name in unknown:
                if thing.unsure and not thing.missing:
                    self._unsure[rule_name].append(thing.unsure)
                else:
                    self._missing[rule_name].append(thing.name)

    def counted(self) -> dict[str, Counted]:
        """Return what was counted, by the name of the rule."""
        things, doubtful, doubts = Counter[str](), Counter[str](), dict[str, str]()
        for matched, number in self._all.items():
            for rule in matched.rules:
                things[rule.name] += number
                doubtful[rule.name] += self._doubtful[matched]
                if matched in self._doubts:
                    doubts.setdefault(rule.name, self._doubts[matched])
        return {
            name: Counted(
                things[name],
                len(missing),
                nsmallest(MOST_NAMED, missing),
                doubtful[name] + len(self._unsure[name]),
                doubts.get(name) or next(iter(self._unsure[name]), ""),
            )
            for name, missing in self._missing.items()
        }
