"""A subject: what people watch, and all that the page, the API and the commands have to know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from blinkenlights.kinds.look import Look as ViewContext
from blinkenlights.kinds.page import Subject as View
from blinkenlights.kinds.rows import Status


class State(NamedTuple):
    """A state that a thing can be in."""

    word: str
    """`alive`, `late`, `silent`."""
    statuses: tuple[Status, ...]
    """What a check answers about it; several where that depends on limits."""
    is_crowded: bool = False
    """Whether most may be in it, so that its list is looked for among all."""


class Command(NamedTuple):
    """A command line to copy, and what it is good for."""

    purpose: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One sort of thing."""

    name: str
    """In the singular, as the filter, rows and anchors have it: `component`."""
    plural: str
    """As paths of the API have it: `components`."""
    title: str
    """Of its section: `Components`."""
    states: tuple[State, ...] = ()
    """Worst first."""
    seen: str = "Seen"
    """Heading of the column with the last sign of life."""
    last_seen: str = "last seen"
    """What that moment is called on the page of one thing."""
    is_counted: bool = False
    """Whether its facts are counted up to the present, and not as of when it was last seen."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Name of a fact -> heading, where the name alone does not do."""
    units: Mapping[str, Literal["span", "bytes"]] = field(default_factory=dict)
    """Name of a fact -> how its number is written."""
    commands: Callable[[str], Sequence[Command]] | None = None
    """The command lines that check one thing, by its name."""
    view: Callable[[ViewContext], View] | None = None
    """Finds, lists and details rows; None when it has no section of its own."""
    view_of_source: Callable[[ViewContext, str], View] | None = None
    """The same for who may see one source of transfers only; None when that is nothing."""
