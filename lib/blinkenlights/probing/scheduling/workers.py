"""The workers that report: where they are, how much they carry, and which of them live. Pure."""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from blinkenlights.kinds.endpoint.prober.locations import WORKER_LIMIT
from blinkenlights.kinds.endpoint.prober.message import MOST_LABELS, WorkerMessage
from blinkenlights.probing.jobs.messages import WorkReport

MOST_WORKERS = 1_000
"""Of one location; further ones are not given anything."""
MOST_LOCATIONS = 500
WORDS = 200
"""Characters that are kept of what a worker says."""
SHOWN_SECONDS = 60.0
"""How long one that is gone, and did not say that it goes, is shown still."""


class Heard(NamedTuple):
    """A worker, by its last report."""

    report: WorkReport
    at: float
    """When it came, seconds since the epoch by our clock."""
    ticks: float
    """The same by a clock that nobody sets."""


class Workers:
    """All workers of all locations."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[str, Heard]] = {}
        """Location -> name -> who."""

    def knows(self, report: WorkReport) -> bool:
        """Return whether its worker is one of ours."""
        return report.worker in self._heard.get(report.location, {})

    def take(self, report: WorkReport, now: float, ticks: float) -> bool:
        """Take a report; returns whether the worker may be given jobs from now on.

        At its start it has not proved yet that it reaches anything, and later it may be blind.
        """
        here = self._heard.get(report.location)
        if here is None:
            if len(self._heard) >= MOST_LOCATIONS:
                return False
            here = self._heard[report.location] = {}
        known = here.get(report.worker)
        if known is None and len(here) >= MOST_WORKERS:
            return False
        is_same = known is not None and known.report.instance == report.instance
        if report.is_leaving:
            if is_same:
                del here[report.worker]
            return False
        here[report.worker] = Heard(report, now, ticks)
        could = is_same and known is not None and known.report.capacity > 0
        return report.capacity > 0 and not could

    def locations(self) -> set[str]:
        """Return where workers were heard."""
        return {name for name, here in self._heard.items() if here}

    def living(self, location: str, ticks: float) -> Iterator[Heard]:
        """Give the workers of a location that live."""
        for each in self._heard.get(location, {}).values():
            if ticks - each.ticks < WORKER_LIMIT:
                yield each

    def number_living(self, ticks: float) -> int:
        """Return how many live, at all locations together."""
        return sum(1 for location in self._heard for _ in self.living(location, ticks))

    def capacity(self, location: str, ticks: float) -> int:
        """Return how many probes at a time those make together that live."""
        return sum(each.report.capacity for each in self.living(location, ticks))

    def forget(self, ticks: float) -> list[tuple[str, str]]:
        """Forget who is gone for long; returns location and name of each."""
        gone = [
            (location, name)
            for location, here in self._heard.items()
            for name, each in here.items()
            if ticks - each.ticks >= SHOWN_SECONDS
        ]
        for location, name in gone:
            del self._heard[location][name]
        for location in [each for each, here in self._heard.items() if not here]:
            del self._heard[location]
        return gone

    def messages(self, location: str) -> list[WorkerMessage]:
        """Return those of a location as a report of the scheduler has them."""
        return [
            WorkerMessage(
                name=name,
                heard=round(at, 3),
                capacity=report.capacity,
                busy=report.busy,
                run=report.run,
                returned=report.returned_before,
                ahead=report.ahead,
                behind_since=report.behind_since,
                blind_since=report.blind_since,
                blind=report.blind[:WORDS],
                labels={
                    label[:WORDS]: text[:WORDS]
                    for label, text in itertools.islice(report.labels.items(), MOST_LABELS)
                },
            )
            for name, (report, at, _) in sorted(self._heard.get(location, {}).items())
        ]
