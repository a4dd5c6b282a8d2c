"""What a kind shows of a subject: verdicts, rows and short histories, for one moment."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.rows import Curve, Fact, InFlight, Mark, Minute, Missed, Process, Row
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import span


class Verdict(NamedTuple):
    """What is to be said of one thing."""

    state: str
    status: Status
    sentence: str
    since: float | None = None
    """When the state began, as far as that is known."""


class Found(NamedTuple):
    """What there is of one subject."""

    total: int
    verdicts: dict[str, Verdict]
    """Of all that is not well, worst first; of those that are well, some."""
    unlisted: Sequence[tuple[str, Status, int]]
    """State, what it means, and how many are in it beyond those in `verdicts`."""
    beside: dict[str, int] = {}  # noqa: RUF012 - never changed
    """State -> how many are in it who are not part of `total`: those that are retired."""
    together: Sequence[tuple[str, Status]] = ()
    """What is to be said of several together, and what that means: a pool that is short."""


class About(NamedTuple):
    """The thing that something else is about, such as an alert: what it is, and how to draw it."""

    kind: str
    """The name of its subject."""
    name: str
    limits: Sequence[float] = ()
    """Thresholds of its number."""
    marks: Sequence[Mark] = ()
    """What happened, oldest first."""


class History(NamedTuple):
    """What is shown of one thing beside its row."""

    minutes: list[Minute]
    processes: list[Process]
    missed: list[Missed]
    in_flight: Sequence[InFlight] = ()
    """Oldest first."""
    curves: Sequence[Curve] = ()
    about: About | None = None
    parts: Sequence[Row] = ()
    """What came of it, such as the alerts of a rule, worst first."""
    episode: str = ""
    """What names this firing of an alert, which people can acknowledge; empty where they cannot."""


class Known(NamedTuple):
    """What is known of one thing beside its state."""

    seen: float | None
    facts: dict[str, Fact]


class Scanned(NamedTuple):
    """One step through everything of one subject."""

    names: list[str]
    cursor: str
    """Where to go on; empty at the end."""


class View(ABC):
    """The things of one subject, judged at one moment, for one reader."""

    subject: str
    """Its name, as rows have it."""
    horizon: Horizon
    """What could be heard of them."""

    @abstractmethod
    def find(self, name: str, state: str) -> Found:
        """Return what there is; of a name or a glob, when one is given.

        Those that are well are among the verdicts when `state` asks for them, or when there is
        room on a page for them.
        """

    def heard(self, names: Collection[str]) -> Horizon:
        """Return what could be heard of exactly these; of all where that makes no difference."""
        del names
        return self.horizon

    @abstractmethod
    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known and may be seen."""

    @abstractmethod
    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of some beside their states."""

    def curves(self, names: Sequence[str]) -> Mapping[str, Curve]:
        """Return a small curve of each of some that have one, for their rows."""
        del names
        return {}

    @abstractmethod
    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins.

        Every one that is there from beginning to end is given, perhaps more than once. Raises
        ValueError for a cursor that no scan gave.
        """

    @abstractmethod
    def history(self, name: str) -> History:
        """Return the short history of one that is known."""


def row_of(
    subject: str, name: str, verdict: Verdict, known: Known | None, context: ViewContext
) -> Row:
    """Return the row of one thing."""
    seen = known.seen if known else None
    return Row(
        kind=subject,
        name=name,
        state=verdict.state,
        status=verdict.status,
        sentence=verdict.sentence,
        seen=seen,
        age=None if seen is None else round(max(0.0, context.now - seen), 3),
        since=verdict.since,
        facts=known.facts if known else {},
    )


def ahead_of_clock(what: str, by: float) -> str:
    """Return that something, `last seen`, was further ahead of our clock than can be."""
    limit = span(CLOCK_TOLERANCE)
    return f"{what} {span(round(by))} ahead of our clock, limit {limit}: a clock is wrong"


def last_seen(seen: float, now: float, what: str = "last seen") -> str:
    """Return when something was, in words: `last seen 42s ago`."""
    return f"{what} {span(max(0.0, round(now - seen)))} ago"
