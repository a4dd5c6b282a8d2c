"""From verdicts on things to the rows and sections that are shown."""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.look import Look
from blinkenlights.kinds.rows import (
    MOST_ROWS,
    Fact,
    Filters,
    Kind,
    Minute,
    Missed,
    Process,
    Row,
    Section,
    Status,
)
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import span

MOST_COLUMNS = 12
"""Further facts that get a column; a hostile fleet has a key of its own for each component."""
_WORST_FIRST: tuple[Status, ...] = ("CRITICAL", "UNKNOWN", "WARNING", "OK")


class Verdict(NamedTuple):
    """What is to be said of one thing."""

    state: str
    status: Status
    sentence: str
    since: float | None = None
    """When the state began, as far as that is known."""


class Found(NamedTuple):
    """What there is of one kind."""

    total: int
    verdicts: dict[str, Verdict]
    """Of all that is not well, worst first; of those that are well, some."""
    unlisted: Sequence[tuple[str, Status, int]]
    """State, what it means, and how many are in it beyond those in `verdicts`."""
    beside: dict[str, int] = {}  # noqa: RUF012 - never changed
    """State -> how many are in it who are not part of `total`: those that are retired."""
    together: Sequence[tuple[str, Status]] = ()
    """What is to be said of several together, and what that means: a pool that is short."""


class History(NamedTuple):
    """What is shown of one thing beside its row."""

    minutes: list[Minute]
    processes: list[Process]
    missed: list[Missed]


class Known(NamedTuple):
    """What is known of one thing beside its state."""

    seen: float | None
    facts: dict[str, Fact]


class Scanned(NamedTuple):
    """One step through everything of one kind."""

    names: list[str]
    cursor: str
    """Where to go on; empty at the end."""


class Subject(ABC):
    """One kind of thing, judged in one look."""

    kind: Kind
    title: str
    own_columns: Sequence[str]
    """Facts that have the same column always."""
    horizon: Horizon

    @abstractmethod
    def find(self, name: str, state: str) -> Found:
        """Return what there is; of a name or a glob, when one is given.

        Those that are well are among the verdicts when `state` asks for them, or when there is
        room on a page for them.
        """

    @abstractmethod
    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known and may be seen."""

    @abstractmethod
    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of some beside their states."""

    @abstractmethod
    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins.

        Every one that is there from beginning to end is given, perhaps more than once. Raises
        ValueError for a cursor that no scan gave.
        """

    @abstractmethod
    def history(self, name: str) -> History:
        """Return the short history of one that is known."""


def section_of(subject: Subject, look: Look, filters: Filters) -> Section:
    """Return the section of one kind, with the worst of what matches."""
    found = subject.find(filters.name, filters.state)
    counts, statuses = _counted(found)
    statuses += [status for _, status in found.together]
    shown = {
        name: verdict
        for name, verdict in found.verdicts.items()
        if verdict.state == filters.state or not filters.state
    }
    names = list(shown)[:MOST_ROWS]
    known = subject.known(names)
    rows = [row_of(subject.kind, name, shown[name], known.get(name), look) for name in names]
    doubts = look.doubts(subject.horizon)
    return Section(
        kind=subject.kind,
        title=subject.title,
        total=found.total,
        counts=counts,
        rows=rows,
        columns=_columns(subject.own_columns, rows),
        doubts=doubts,
        together=[sentence for sentence, _ in found.together],
        status=worst([*statuses, "UNKNOWN"] if doubts else statuses),
    )


def row_of(kind: Kind, name: str, verdict: Verdict, known: Known | None, look: Look) -> Row:
    """Return the row of one thing."""
    seen = known.seen if known else None
    return Row(
        kind=kind,
        name=name,
        state=verdict.state,
        status=verdict.status,
        sentence=verdict.sentence,
        seen=seen,
        age=None if seen is None else round(max(0.0, look.now - seen), 3),
        since=verdict.since,
        facts=known.facts if known else {},
    )


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst of some; OK when there is none."""
    given = set(statuses)
    return next((status for status in _WORST_FIRST if status in given), "OK")


def moment(when: float) -> str:
    """Return a time in words: `2026-09-21 14:13:20 UTC`."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))


def last_seen(seen: float, now: float, what: str = "last seen") -> str:
    """Return when something was, in words: `last seen 42s ago`."""
    return f"{what} {span(max(0.0, round(now - seen)))} ago"


def _counted(found: Found) -> tuple[dict[str, int], list[Status]]:
    counts = Counter(verdict.state for verdict in found.verdicts.values())
    statuses: list[Status] = [verdict.status for verdict in found.verdicts.values()]
    for state, status, number in found.unlisted:
        if number:
            counts[state] += number
            statuses.append(status)
    return dict(counts) | {state: n for state, n in found.beside.items() if n}, statuses


def _columns(own: Sequence[str], rows: Sequence[Row]) -> list[str]:
    told: Counter[str] = Counter()
    for row in rows:
        told.update(row.facts.keys() - set(own))
    columns = [name for name in own if any(name in row.facts for row in rows)]
    by_use = sorted(told, key=lambda name: (-told[name], name))
    return (columns + by_use)[:MOST_COLUMNS]
