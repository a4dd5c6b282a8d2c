"""What a scheduler reports of locations and workers, brought within bounds.

Whoever runs a worker names it, so names and reasons are cleaned as those of any sender are. A time
that cannot be is no time; a number that cannot be is the largest one that can.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from blinkenlights.kinds.endpoint.message import LONGEST_PERIOD
from blinkenlights.kinds.endpoint.prober.message import (
    MOST_LABELS,
    MOST_LOCATIONS,
    MOST_WORKERS,
    LocationMessage,
    WorkerMessage,
)
from blinkenlights.kinds.fields import (
    LATEST_TIME,
    LONGEST_DURATION,
    optional_name,
    text_for_people,
)

MOST_PROBES = 10**9
"""At a time. What claims more is a mistake, and would spoil every sum it gets into."""


def bounded(locations: Sequence[LocationMessage]) -> list[LocationMessage]:
    """Return locations within bounds, each name once."""
    named = {optional_name(each.name) or "a location": each for each in locations[:MOST_LOCATIONS]}
    return [_location(name, each) for name, each in named.items()]


def _location(name: str, one: LocationMessage) -> LocationMessage:
    workers = [_worker(each) for each in one.workers[:MOST_WORKERS]]
    return replace(
        one,
        name=name,
        endpoints=min(one.endpoints, MOST_PROBES),
        capacity=min(one.capacity, MOST_PROBES),
        busy=min(one.busy, MOST_PROBES),
        waiting=min(one.waiting, MOST_PROBES),
        needed=min(one.needed, float(MOST_PROBES)),
        limit_since=possible_time(one.limit_since),
        slowest=optional_name(one.slowest),
        planned=min(one.planned, LONGEST_PERIOD),
        actual=min(one.actual, LONGEST_PERIOD),
        workers=workers,
        left_out=min(one.left_out + len(one.workers) - len(workers), MOST_PROBES),
    )


def _worker(one: WorkerMessage) -> WorkerMessage:
    return replace(
        one,
        name=optional_name(one.name) or "a worker",
        heard=possible_time(one.heard) or 0.0,
        capacity=min(one.capacity, MOST_PROBES),
        busy=min(one.busy, MOST_PROBES),
        ahead=max(-LONGEST_DURATION, min(one.ahead, LONGEST_DURATION)),
        behind_since=possible_time(one.behind_since),
        blind_since=possible_time(one.blind_since),
        blind=text_for_people(one.blind),
        labels={
            name: text_for_people(value)
            for key, value in list(one.labels.items())[:MOST_LABELS]
            if (name := optional_name(key))
        },
    )


def possible_time(moment: float | None) -> float | None:
    """Return a time that can be shown; None for any other."""
    return moment if moment is not None and 0 <= moment < LATEST_TIME else None
