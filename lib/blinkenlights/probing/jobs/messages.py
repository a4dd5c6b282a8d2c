"""The messages between a scheduler and its workers. Times are seconds since the epoch.

A scheduler's times are by its clock. Workers correct their own by what the last sheet says.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.prober.message import Amount, Seconds, WorkerFigures

Capacity = Annotated[int, Meta(ge=0, le=20_000)]
"""Probes at a time of one worker: `at_once` of its configuration, at most."""


class Definition(Struct, frozen=True, omit_defaults=True):
    """An endpoint as its file has it. Secrets are places still: the worker puts its own in."""

    endpoint: str
    file: str
    line: int
    settings: msgspec.Raw
    """JSON of `probe.files.settings.EndpointSettings`, the defaults of its file included.
    Where results are posted to is not in it."""
    digest: str
    """Changes when the settings do, so that a worker reads them once."""
    is_posted: bool = False
    """Whether its results are posted somewhere, by the scheduler: reports have copies of them."""


class Job(Struct, frozen=True, omit_defaults=True, tag="job"):
    """One probe to be made."""

    id: str
    """Unique among all jobs of all schedulers."""
    epoch: Amount
    """Of the lease by which the scheduler has the work; a worker refuses those of an older one."""
    definition: Definition
    due: float
    next: float
    """When the endpoint is due after that. From then on the job is not worth doing."""
    planned: Seconds = 0.0
    """As in `ResultMessage`."""
    is_confirmation: bool = False
    """Whether another worker found it bad, so that this result goes to the scheduler alone."""


class Sheet(Struct, frozen=True, omit_defaults=True, tag="sheet"):
    """What a scheduler tells all workers of a location every second."""

    epoch: Amount
    scheduler: str
    """The name that results have as their prober."""
    now: float
    location: str
    endpoints: Amount = 0
    """How many there are at this location."""
    witnesses: list[Definition] = []
    """Whom a worker asks to learn whether it reaches anything: references, or else endpoints of
    several hosts. Only in answer to a report that asks for it."""


class Done(Struct, frozen=True, array_like=True):
    """A job that is done: its result was published, and the broker has confirmed it."""

    id: str
    lag: Seconds
    """From due to begun."""
    seconds: Seconds
    """That the probe took."""


class Returned(Struct, frozen=True, array_like=True):
    """A job that is given back, and is to be done by somebody else."""

    id: str
    why: str
    """For people: `worker w2 reaches nothing`."""


class Suspect(Struct, frozen=True):
    """A bad result of an endpoint that others are to confirm; it was not published."""

    id: str
    result: ResultMessage


class WorkReport(WorkerFigures, Struct, frozen=True, omit_defaults=True, tag="report"):
    """What a worker tells its scheduler: as soon as jobs are done, and every second."""

    worker: str
    """Its name, unique among the workers of a location."""
    location: str
    instance: str
    """Another one at each start."""
    now: float
    """By its own clock."""
    capacity: Capacity
    """Probes at a time; 0 while it is blind or leaving, or has not proved that it sees."""
    returned_before: Amount = 0
    """How many it gave back since it started."""
    is_leaving: bool = False
    """Whether it is its last report."""
    wants_witnesses: bool = False
    done: list[Done] = []
    returned: list[Returned] = []
    suspects: list[Suspect] = []
    results: list[ResultMessage] = []
    """Of confirmations, and copies of those of endpoints that have outputs."""


ToWorker = Job | Sheet
encode = msgspec.json.Encoder().encode
decode_for_worker = msgspec.json.Decoder(ToWorker).decode
decode_report = msgspec.json.Decoder(WorkReport).decode
