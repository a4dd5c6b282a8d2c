"""What views of the kinds give, as data.

Times are seconds since the epoch, ages and spans seconds, sizes bytes.
"""

from typing import Literal

import msgspec

from blinkenlights.kinds.state import Status

Fact = str | int | float | bool | None

MOST_ROWS = 200
"""Rows of a section; the others are counted."""


class Row(msgspec.Struct, frozen=True):
    """One thing, judged."""

    kind: str
    """The name of its subject, such as `component`."""
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


class InFlight(msgspec.Struct, frozen=True):
    """One transfer that has begun and is not over."""

    name: str
    """Path of the file, or what stands for it."""
    client: str
    source: str
    began: float


class Mark(msgspec.Struct, frozen=True):
    """Something that happened."""

    time: float
    text: str


class Curve(msgspec.Struct, frozen=True):
    """Numbers over time, as a picture shows them: each column is a span of the same length."""

    title: str
    """What span it shows: `the last hour`."""
    start: float
    step: float
    """Seconds of a column."""
    low: list[float | None]
    mean: list[float | None]
    """None where nothing came. That is a gap, and never zero."""
    high: list[float | None]
    unit: str = ""
    bounds: list[float] = []
    """The least and the most that it is meant to show; empty when it is fitted to its numbers."""
    limits: list[float] = []
    """Thresholds."""
    form: Literal["line", "bar"] = "line"
    marks: list[Mark] = []
    """What happened meanwhile, oldest first."""
    expected_low: list[float | None] = []
    expected_high: list[float | None] = []
    """What is usual for each column, where that is learned; else empty."""


Span = Literal["hour", "day", "month"]


class Point(msgspec.Struct, frozen=True):
    """What came in one slot of time. Where nothing came there is none."""

    time: float
    """When the slot begins, by the sender's clock."""
    seconds: float
    """How long it is."""
    min: float | None
    mean: float | None
    max: float | None
    last: float | None
    count: int
    """How many numbers it holds; with one, the four are the same."""


class Process(msgspec.Struct, frozen=True):
    """One instance of a component."""

    name: str
    """A uuid, `host:pid`, or empty."""
    first: float
    last: float
    clock_ahead: float
    """Seconds by which its clock is ahead of ours; 0 within the tolerance."""
