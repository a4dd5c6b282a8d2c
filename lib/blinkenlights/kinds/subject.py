"""A subject: what people watch, and all that the page, the API and the commands have to know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from blinkenlights.kinds.command_lines import CommandLine
from blinkenlights.kinds.declaring import Declaring
from blinkenlights.kinds.gauge import Gauges
from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.readings import Readings
from blinkenlights.kinds.rows import Fact, Point
from blinkenlights.kinds.state import State
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.store.reader import StoreReader


def _only_name(name: str) -> Mapping[str, str]:
    return {"name": name}


def only_host(name: str, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return the host of a thing as its only tag, where its facts name one."""
    del name
    named = (facts.get(key) for key in ("host", "hostname"))
    host = next((each for each in named if isinstance(each, str) and each), "")
    return {"host": host} if host else {}


@dataclass(frozen=True, kw_only=True)
class Display:
    """How a subject is shown: on the page, in the API, in the filter and in /metrics."""

    title: str
    """`Components`."""
    plural: str
    """As paths of the API have it: `components`."""
    states: tuple[State, ...]
    """Worst first."""
    view: Callable[[ViewContext], View]
    """Finds, lists and details the things, for who may see everything."""
    view_of_source: Callable[[ViewContext, str], View] | None = None
    """The same for who may see one source of transfers only; None when that is nothing."""
    columns: Sequence[str] = ()
    """Facts that have the same column always; further ones follow by how many rows have them."""
    has_more_columns: bool = True
    """Whether further facts have a column; else the page of each thing alone has them."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Name of a fact -> heading, where the name alone does not do."""
    units: Mapping[str, Literal["span", "bytes"]] = field(default_factory=dict)
    """Name of a fact -> how its number is written; others are grouped by thousands."""
    seen: str = "Seen"
    """Heading of the column with the last sign of life."""
    last_seen: str = "last seen"
    """What that moment is called on the page of one thing."""
    is_counted: bool = False
    """Whether facts are counted up to the present, and not as of when a thing was last seen."""
    readings: Callable[[ViewContext, int], Readings] | None = None
    """Gives the newest numbers of things that live, up to so many, for Prometheus where that is
    wanted. Raises a StoreError."""
    gauges: Gauges | None = None
    """Numbers of its things that are always in /metrics; None for none."""
    commands: Callable[[str], Sequence[CommandLine]]
    """The command lines that check one thing, by its name."""
    placeholders: Sequence[str] = ("name",)
    """What links to other places may hold of a thing; `tag:` stands for all that begin so."""
    parts: Callable[[str], Mapping[str, str]] = _only_name
    """What stands for placeholders, by the name of a thing."""
    number: Callable[[str], Number] | None = None
    """The number of one thing that is drawn beside it, by its name. Another kind keeps it."""
    points: Callable[[StoreReader, str, str, float], Sequence[Point] | None] | None = None
    """The numbers of one thing, by its name, a `Span` and the present; None where nothing is
    known of it. Raises a StoreError. None for what has no numbers."""

    silence: Callable[[str], Mapping[str, str]] | None = None
    """What a silence of one thing alone matches, by its name, as routes have it; None for what
    nobody is told of."""

    def is_crowded(self, state: str) -> bool:
        """Return whether most may be in a state; in none of certain ones, when it is empty."""
        return not state or any(one.is_crowded for one in self.states if one.word == state)


WINDOWED = ("value", "rate", "avg", "min", "max", "count")
"""The numbers of what has `points`: the last one, and what it was over the window of a rule."""


class InRules(NamedTuple):
    """How files of rules speak of a subject."""

    word: str
    """The key that names its things: `heartbeat` for components."""
    of: str = "age"
    """The value that a range is of, where a rule does not say."""
    numbers: tuple[str, ...] = ()
    """Numbers that conditions may name beside the facts."""
    measured: Callable[[ViewContext, Sequence[str], float], Mapping[str, Measured]] | None = None
    """The numbers of some things by their names, over a window in seconds; with 0 only those that
    are of no window. Raises a StoreError. None for what has a drawn number only, or none."""
    value: str = ""
    """The fact that is `value`, so that nothing has to be read for it; empty for none."""
    past: Callable[[ViewContext, str], Sequence[Point] | None] | None = None
    """How many came of a thing, by its name, in each slot of the last day of which all was heard,
    oldest first. Raises a StoreError. None for what has `points`, a drawn number or no history."""
    tags: Callable[[str, Mapping[str, Fact]], Mapping[str, str]] = only_host
    """The tags of a thing, `host` among them, by its name and its facts."""
    called: Callable[[str], str] | None = None
    """What names and globs may call a thing as well, by its name: the metric of a series. None
    where it is called by its name alone."""
    doubtful: tuple[str, ...] = ("unheard", "ahead")
    """States in which nobody knows how it is."""
    missing: tuple[str, ...] = ("silent",)
    """States in which nothing comes, so that facts and numbers are those of a while ago."""
    ended: tuple[str, ...] = ("retired",)
    """States of what somebody has ended on purpose."""
    view: Callable[[ViewContext], View] | None = None
    """Finds the things; None where the display does."""


class ToldOf(NamedTuple):
    """Things of a subject of which only others tell, so that they have no page of ours."""

    names: Callable[[StoreReader], Sequence[str]]
    """Returns all of them; raises a StoreError."""
    commands: Callable[[str], Sequence[CommandLine]]
    """The command lines that check one of them, by its name."""
    words: str
    """How a service of one is told from that of a thing of ours: `published`."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One sort of thing."""

    name: str
    """In the singular, as the filter, rows and anchors have it: `component`."""
    display: Display | None = None
    """None where it is shown nowhere."""
    declaring: Declaring | None = None
    """What `expect` and `forget` do with it; None where they do nothing."""
    told_of: ToldOf | None = None
    """None where all that there is has rows of its own."""
    in_rules: InRules | None = None
    """None where no rule can be about it."""
