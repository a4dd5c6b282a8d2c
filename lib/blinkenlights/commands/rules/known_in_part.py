"""Of how much of the past it is known what a rule looks at."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.commands.moments import written
from blinkenlights.errors import UsageError
from blinkenlights.plugin.words import count
from blinkenlights.rules.judging import names_of
from blinkenlights.rules.past import Kept, Now
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.vocabulary import foreseen_of, numbers_of


class Part(NamedTuple):
    """A thing of which not all is known that a rule looks at."""

    thing: str
    known_from: float
    unkept: Sequence[str]
    """The values that are not known of what was before."""

    @property
    def in_words(self) -> str:
        """Return what is known, and what is not."""
        what = ", ".join(self.unkept)
        verb = "are" if len(self.unkept) > 1 or what == "facts" else "is"
        return (
            f"{self.thing}: its {what} {verb} known from {written(self.known_from)} on; what was "
            f"before is not kept, and nothing is said of it"
        )


def refuse_what_was_expected(rule: Rule) -> None:
    """Raise UsageError where a rule looks at what is not kept of anything."""
    others = sorted(names_of(rule) & foreseen_of(rule.selector.subject))
    if others:
        raise UsageError(
            f"{rule.name} looks at {', '.join(others)}, and what was expected then is not kept; "
            f"rules test tries it on series that are written down"
        )


def is_known(now: Now, kept: Kept) -> bool:
    """Return whether there is any moment of which all is known that a rule looks at."""
    needs_points = bool(now.names & numbers_of(now.thing.subject))
    return (not needs_points or bool(kept.points)) and now.known_from(kept) < now.at


def nothing_kept(rule: Rule, things: int) -> str:
    """Return that there is no thing of which that is known, and what can be done instead."""
    what = f"none of {count(things, 'thing')}" if things else "nothing that the rule is about"
    names = ", ".join(sorted(names_of(rule) - {"name", "tags"}))
    return (
        f"of {what} has any history been kept that {rule.name} looks at ({names}): numbers are "
        f"kept, of a state when it began, of facts and age what came last; rules test --replay "
        f"judges captured messages"
    )
