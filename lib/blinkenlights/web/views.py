"""Which subjects are shown, and to whom."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from blinkenlights.kinds.registry import subjects
from blinkenlights.kinds.state import WORST_FIRST, merged, words_of
from blinkenlights.kinds.subject import Display
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import ViewContext


class Displayed(NamedTuple):
    """The things of one subject, as one reader sees them."""

    display: Display
    view: View


@cache
def displays() -> dict[str, Display]:
    """Return how each subject is shown, by its name, in the order in which they are shown."""
    return {subject.name: subject.display for subject in subjects() if subject.display is not None}


if TYPE_CHECKING:
    SubjectName: TypeAlias = str
    AnySubject: TypeAlias = str
else:
    # What is refused in a query, and named in the OpenAPI document.
    SubjectName = Literal[tuple(displays())]
    """The name of a subject that is shown."""
    AnySubject = Literal[("", *displays())]
    """The same, or empty for all."""


@cache
def states() -> tuple[str, ...]:
    """Return all states that anything shown can be in, worst first."""
    ranks: dict[str, int] = {}
    for state in (state for display in displays().values() for state in display.states):
        rank = min(map(WORST_FIRST.index, state.statuses))
        ranks[state.word] = min(rank, ranks.get(state.word, rank))
    words = merged(words_of(display.states) for display in displays().values())
    return tuple(sorted(words, key=lambda word: ranks[word]))


def shown(context: ViewContext, subject: str = "") -> Iterator[Displayed]:
    """Give what the reader may see, in the order in which it is shown.

    Args:
        context: The moment and the reader.
        subject: The name of the only one that is wanted; empty for all.
    """
    for name, display in displays().items():
        if subject not in ("", name):
            continue
        if context.only_source is None:
            yield Displayed(display, display.view(context))
        elif display.view_of_source is not None:
            yield Displayed(display, display.view_of_source(context, context.only_source))
