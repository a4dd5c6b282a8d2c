"""The workers that report: where they are, how much they carry, and which of them live. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from blinkenlights.kinds.endpoint.prober.message import WorkerMessage
from blinkenlights.probing.jobs.messages import WorkReport

GONE_SECONDS = 5.0
"""Age of the last report of a worker from which on nothing is expected of it. They report each
second."""
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

    def take(self, report: WorkReport, now: float, ticks: float) -> bool:
        """Take a report; returns whether the worker is new, or another one of the same name."""
        here = self._heard.setdefault(report.location, {})
        known = here.get(report.worker)
        is_same = known is not None and known.report.instance == report.instance
        if report.is_leaving:
            if is_same:
                del here[report.worker]
            return False
        here[report.worker] = Heard(report, now, ticks)
        return not is_same

    def locations(self) -> set[str]:
        """Return where workers were heard."""
        return {name for name, here in self._heard.items() if here}

    def living(self, location: str, ticks: float) -> Iterator[Heard]:
        """Give the workers of a location that live."""
        for each in self._heard.get(location, {}).values():
            if ticks - each.ticks < GONE_SECONDS:
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
                blind=report.blind,
                labels=report.labels,
            )
            for name, (report, at, _) in sorted(self._heard.get(location, {}).items())
        ]
