"""What the page, the API and /metrics show, as data.

Times are seconds since the epoch, ages and spans seconds, sizes bytes.
"""

from typing import Literal

import msgspec

from blinkenlights.store.report import Sample

Kind = Literal["component", "client", "source", "machine"]
Status = Literal["OK", "WARNING", "CRITICAL", "UNKNOWN"]
Fact = str | int | float | bool | None

KINDS: tuple[Kind, ...] = ("component", "client", "source", "machine")
"""In the order in which they are shown."""
MOST_ROWS = 200
"""Rows of a section; the others are counted."""


class Filters(msgspec.Struct, frozen=True):
    """What is asked for. Two askers with equal filters share one snapshot."""

    kind: Kind | Literal[""] = ""
    """Empty for all."""
    name: str = ""
    """A name or a glob; empty for all."""
    state: str = ""
    """A state, as in `Row.state`; empty for all."""
    only_source: str | None = None
    """The one source of transfers that the asker may see, with its clients; None for everything."""


class Row(msgspec.Struct, frozen=True):
    """One thing, judged."""

    kind: Kind
    name: str
    state: str
    """A word such as `alive`, `late`, `silent`, `unheard`, `zero`."""
    status: Status
    """What the check would answer about it."""
    sentence: str
    """What it is, how much, since when, against which limit."""
    seen: float | None
    """When its last sign of life was, or its last good transfer; None when there was none."""
    age: float | None
    """Seconds since then, when the snapshot was made."""
    since: float | None
    """When the present state began, as far as that is known."""
    facts: dict[str, Fact] = {}
    """What else is known: further keys of heartbeats, counts, rates."""


class Section(msgspec.Struct, frozen=True):
    """All things of one kind."""

    kind: Kind
    title: str
    total: int
    """How many there are that match the filters, shown or not."""
    counts: dict[str, int]
    """State -> how many are in it, worst state first, shown or not."""
    rows: list[Row]
    """Worst first, at most `MOST_ROWS`."""
    columns: list[str]
    """Names of facts that the rows have, in the order of the columns."""
    doubts: list[str] = []
    """Why what looks well here may not be; empty when all is known."""
    together: list[str] = []
    """What is wrong with several together, such as a pool with too few living machines."""
    status: Status = "OK"
    """The worst of all, shown or not."""


class Collector(msgspec.Struct, frozen=True):
    """A collector, or a web server that takes lines, as it last reported."""

    name: str
    running: bool
    condition: str
    """What is the matter with it; empty while it runs."""
    age: float
    """Seconds since its last report."""
    stored_per_second: float
    rejects_per_minute: float
    dropped: int


class Queue(msgspec.Struct, frozen=True):
    """A queue or socket that collectors listen on."""

    id: str
    kind: str
    """Of the signals it delivers; empty for any."""
    address: str
    connected: bool
    watermark: float
    """Everything sent to it before this moment is stored."""
    ready: int | None
    """Messages that wait in the broker; None when not known."""
    error: str


class Missed(msgspec.Struct, frozen=True):
    """A span in which something could not be heard."""

    address: str
    start: float
    end: float
    reason: str = ""
    """Empty also for who may not know the queues."""


class Minute(msgspec.Struct, frozen=True):
    """What went through in one minute."""

    start: float
    good: int
    bad: int
    size: int
    """Bytes, good and bad."""
    heard: bool
    """False where nobody listened all through it: then 0 means nothing."""


class Process(msgspec.Struct, frozen=True):
    """One instance of a component."""

    name: str
    """A uuid, `host:pid`, or empty."""
    first: float
    last: float
    clock_ahead: float
    """Seconds by which its clock is ahead of ours; 0 within the tolerance."""


class Detail(msgspec.Struct, frozen=True):
    """One thing with its short history, for its own page."""

    made: float
    judged_at: float
    doubts: list[str]
    row: Row
    minutes: list[Minute] = []
    """Of a client or source: the last hour, oldest first."""
    processes: list[Process] = []
    """Of a component, seen last first."""
    missed: list[Missed] = []
    """When it could not have been heard, newest first."""


class Snapshot(msgspec.Struct, frozen=True):
    """Everything, judged at one moment."""

    made: float
    judged_at: float
    """Everything sent before this moment has been stored."""
    doubts: list[str]
    """Sentences for why what looks well may not be; empty when all is known."""
    status: Status
    """The worst of all sections and doubts."""
    sections: list[Section]
    rejected: list[Sample]
    """What could not be parsed lately, newest first."""
    rejected_counts: dict[str, int]
    """Reason -> how many since the store is new."""
    collectors: list[Collector]
    queues: list[Queue]
    missed: list[Missed] = []
    """When they could not be heard, newest first; the last few."""
