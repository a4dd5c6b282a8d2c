"""The subjects whose things the commands `expect` and `forget` take by their names."""

import argparse
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from blinkenlights.kinds.declaring import Declaring
from blinkenlights.kinds.registry import subjects


class Declarable(NamedTuple):
    """A subject, and what is done with its things."""

    name: str
    """Of the subject, in the singular."""
    declaring: Declaring

    def given(self, options: argparse.Namespace) -> list[str]:
        """Return the names that were given, as they were given."""
        names: list[str] = getattr(options, self.declaring.option.lstrip("-") or "names")
        return names


def declarables() -> list[Declarable]:
    """Return those there are, that whose names need no option first."""
    found = [
        Declarable(subject.name, subject.declaring)
        for subject in subjects()
        if subject.declaring is not None
    ]
    return sorted(found, key=lambda each: bool(each.declaring.option))


def main_of(some: Sequence[Declarable]) -> Declarable:
    """Return that whose names need no option."""
    return some[0]


def add_names(parser: argparse.ArgumentParser, what: Declarable, says: str) -> None:
    """Add the option that takes the names of things."""
    parser.add_argument(
        what.declaring.option,
        dest=what.declaring.option.lstrip("-"),
        action="append",
        default=[],
        metavar="NAME",
        help=says,
    )


def named(
    some: Iterable[Declarable], options: argparse.Namespace
) -> list[tuple[Declarable, list[str]]]:
    """Return what was named of some, without repetitions; raises UsageError for what cannot be."""
    return [(each, each.declaring.valid(each.given(options))) for each in some]


def enumerated(words: Iterable[str], last: str, other: str = ", ") -> str:
    """Return words as an enumeration, each once, without those that are empty.

    Args:
        words: What is enumerated.
        last: What stands before the last one.
        other: What stands before the others.
    """
    *first, final = dict.fromkeys(filter(None, words))
    return f"{other.join(first)}{last}{final}" if first else final
