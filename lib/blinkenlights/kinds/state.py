"""The states that things can be in. Standard library only, for checks import it as well."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Status = Literal["OK", "WARNING", "CRITICAL", "UNKNOWN"]
"""What a check answers."""
WORST_FIRST: tuple[Status, ...] = ("CRITICAL", "UNKNOWN", "WARNING", "OK")


class State(NamedTuple):
    """A state that a thing can be in."""

    word: str
    """`alive`, `late`, `silent`."""
    statuses: tuple[Status, ...]
    """What a check answers about it; several where that depends on limits, or on what was heard."""
    is_crowded: bool = False
    """Whether most may be in it, so that its list is looked for among all."""


def words_of(states: Iterable[State]) -> tuple[str, ...]:
    """Return the words of some states, in their order."""
    return tuple(state.word for state in states)


def merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """Return every word of some orders once, in one order that follows each as far as it can.

    Where two of them contradict each other, the first counts. A word that an earlier order has not
    comes right before the next one that it has.
    """
    words: list[str] = []
    for order in orders:
        at = len(words)
        for word in reversed(order):
            if word in words:
                at = words.index(word)
            else:
                words.insert(at, word)
    return words
