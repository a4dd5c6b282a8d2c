"""What a prober reports of itself, every few seconds. Times are seconds since the epoch."""

from typing import Annotated

from msgspec import Meta, Struct

MOST_PROBLEMS = 50
MOST_LOCATIONS = 100
MOST_WORKERS = 200
"""Of one location."""
MOST_LABELS = 8
"""Of one worker."""
Amount = Annotated[int, Meta(ge=0, le=2**53)]
Seconds = Annotated[float, Meta(ge=0)]


class FileProblem(Struct, frozen=True, omit_defaults=True):
    """A mistake in a file of endpoints."""

    file: str
    sentence: str
    line: int = 0
    """0 where it is about the file as a whole."""
    since: float = 0.0
    is_replaced: bool = True
    """Whether the version before it is in force; else none of its endpoints is probed."""
    is_elsewhere: bool = False
    """Whether it is about one endpoint that is probed as another file has it."""


class Window(Struct, frozen=True, omit_defaults=True):
    """What became due in the last few minutes."""

    seconds: Seconds
    due: Amount = 0
    run: Amount = 0
    missed: Amount = 0
    """Not begun before the next one was due: due = run + missed, and those that wait."""
    lag_median: Seconds = 0.0
    """From due to begun."""
    lag_95: Seconds = 0.0
    lag_most: Seconds = 0.0
    used: Seconds = 0.0
    """Share of the capacity that was busy, from 0 to 1."""


class WorkerFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker says of itself, to its scheduler and by it to others."""

    busy: Amount = 0
    run: Amount = 0
    """Probes since it started."""
    ahead: float = 0.0
    """Seconds by which its clock is ahead of the scheduler's; its times are corrected by that."""
    behind_since: float | None = None
    """Since when it begins probes late; None while it does not."""
    blind_since: float | None = None
    """Since when it reaches nothing; None while it reaches something."""
    blind: str = ""
    """Why it holds itself to be blind."""
    labels: dict[str, str] = {}


class WorkerMessage(WorkerFigures, frozen=True, omit_defaults=True):
    """A worker, as the scheduler that gives it jobs sees it."""

    name: str
    heard: float
    """When it reported last, by the scheduler's clock."""
    capacity: Amount = 0
    """How many probes it makes at a time, as it says itself."""
    returned: Amount = 0
    """Jobs that it gave back since it started."""


class LocationMessage(Struct, frozen=True, omit_defaults=True):
    """A place from which endpoints are probed, by workers."""

    name: str
    endpoints: Amount = 0
    capacity: Amount = 0
    """Probes at a time of all workers that can make any now."""
    busy: Amount = 0
    """Jobs that workers have."""
    waiting: Amount = 0
    """Due now, and no worker has room."""
    needed: Seconds = 0.0
    """Probes at a time that the schedules want: due a second, times the seconds that one takes."""
    limit_since: float | None = None
    """Since when the workers carry less than is due: the scaling limit is hit. None else."""
    slowest: str = ""
    """The endpoint whose runs are furthest apart; empty while all keep their schedules."""
    planned: Seconds = 0.0
    """From one of its runs to the next, by its schedule."""
    actual: Seconds = 0.0
    """The same as it is."""
    workers: list[WorkerMessage] = []
    left_out: Amount = 0
    """Further workers, for which there is no room in a report."""


MOST_FAILING = 20


class FailingOutput(Struct, frozen=True, omit_defaults=True):
    """Where something cannot be posted to now."""

    endpoint: str
    """Empty for what the prober says of itself."""
    output: str
    """Empty where results cannot even be queued."""
    to: str
    """Where it leads, without secrets."""
    since: float
    times: Amount
    """0 where it takes them, but more slowly than they come."""
    error: str
    waiting: Amount = 0
    """Entries that are kept for it."""
    lost: Amount = 0
    """How many were given up, or dropped since no more are kept."""


class OutputsMessage(Struct, frozen=True, omit_defaults=True):
    """What is posted of results, as files of endpoints want it."""

    outputs: Amount = 0
    queued: Amount = 0
    """Since the store knows this prober, as the others."""
    sent: Amount = 0
    dead: Amount = 0
    """Given up, since nobody ever took it."""
    dropped: Amount = 0
    """Too old to be kept for an output that takes nothing."""
    waiting: Amount = 0
    """Outputs for which something is queued."""
    failing: Amount = 0
    """Outputs of which the last try failed."""
    worst: list[FailingOutput] = []
    """Those that fail longest."""


class ProberMessage(Struct, omit_defaults=True, tag_field="kind", tag="probe"):
    """The report of one prober."""

    prober: str
    """Its name; unique among probers."""
    timestamp: float
    started: float
    endpoints: Amount = 0
    due: Amount = 0
    """Since it started."""
    run: Amount = 0
    missed: Amount = 0
    excused: Amount = 0
    """Due while the clock was set or the machine slept, and so neither run nor missed."""
    waiting: Amount = 0
    """Due now and not begun."""
    busy: Amount = 0
    capacity: Amount = 0
    """How many probes it makes at a time."""
    window: Window = Window(0.0)
    behind_since: float | None = None
    """Since when it misses runs; None while it does not."""
    blind_since: float | None = None
    """Since when it reaches nothing; None while it reaches something."""
    blind: str = ""
    """Why it holds itself to be blind."""
    stopped: bool = False
    """Whether this is its last report."""
    files: Amount = 0
    problems: list[FileProblem] = []
    locations: list[LocationMessage] = []
    """Of a scheduler: where its workers are. A prober that probes by itself has none."""
    outputs: OutputsMessage = OutputsMessage()
