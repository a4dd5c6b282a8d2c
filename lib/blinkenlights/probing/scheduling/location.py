"""One location: who waits to be probed from there, and whether its workers carry it."""

import logging
from collections.abc import Iterable
from math import inf

from blinkenlights.kinds.endpoint.prober.message import LocationMessage, WorkerMessage
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.schedule import Every, following
from blinkenlights.probing.engine import Begun
from blinkenlights.probing.queue import ProbeQueue
from blinkenlights.probing.scheduling.limit import ScalingLimit
from blinkenlights.probing.scheduling.recent_mean import RecentMean

log = logging.getLogger("blinkenlights.probe")

LATE_RUNS = 1.5
"""From so many periods between two runs on, an endpoint does not keep its schedule."""
SLOW_SECONDS = 60.0
"""How long the slowest one is told, at least."""


class Slow:
    """The endpoint whose runs are furthest apart, by its schedule."""

    def __init__(self) -> None:
        self.name = ""
        self.planned = self.actual = 0.0

    def note(self, name: str, planned: float, actual: float) -> None:
        """Take one that is late, if it is later than all others."""
        if not self.name or actual / planned >= self.actual / self.planned:
            self.name, self.planned, self.actual = name, planned, actual


class Location(ProbeQueue):
    """Endpoints that wait for workers of one location, which make `most` probes at a time.

    A host is held to its bound at each location by itself: a location has its own way to it, and
    one name may be another machine in another network.

    Args:
        name: Its name.
        most_of_host: Probes of one host at a time.
    """

    def __init__(self, name: str, most_of_host: int) -> None:
        super().__init__(0, most_of_host)
        self.name = name
        self.endpoints = 0
        self.limit = ScalingLimit()
        self._per_second = 0.0
        self._seconds = RecentMean()
        """That probes take."""
        self._slow = [Slow(), Slow()]
        self._turned = 0.0
        self._was_hit = False

    @property
    def needed(self) -> float:
        """How many probes at a time the schedules want."""
        return self._per_second * self._seconds.value

    def follow(self, endpoints: Iterable[Endpoint], now: float) -> None:
        """Take those that are probed from here from now on."""
        periods = [period_of(each, now) for each in endpoints]
        self.endpoints = len(periods)
        self._per_second = sum(1 / each for each in periods)

    def begun(self, begun: Begun, last_due: float | None) -> None:
        """Note a job that is given out, and when the endpoint was due the time before."""
        job = begun.job
        planned = job.next - job.due
        if last_due is not None and isinstance(job.endpoint.schedule, Every):
            actual = job.due - last_due
            if actual > LATE_RUNS * planned:
                self._slow[-1].note(job.endpoint.name, planned, actual)

    def ran(self, seconds: float, ticks: float) -> None:
        """Note how long a probe took that is over now, by a clock that nobody sets."""
        self._seconds.add(seconds, ticks)

    def missed(self, endpoint: Endpoint, now: float) -> None:
        """Note that an endpoint is due again before it had its turn.

        Where no worker is known that says nothing in the first moment: it may report just now.
        """
        if 0 < self.most <= self.busy:
            self.limit.hit(now, period_of(endpoint, now))

    def look(self, now: float, waiting: int) -> None:
        """Note how it is now, and say when the limit is hit, and when it is no more."""
        self.limit.look(now, capacity=self.most, waiting=waiting)
        if not 0 <= now - self._turned < SLOW_SECONDS:
            self._slow, self._turned = [self._slow[-1], Slow()], now
        is_hit = self.limit.since is not None
        if is_hit and not self._was_hit:
            self._say_hit(waiting)
        elif self._was_hit and not is_hit:
            log.warning("location %s: its workers carry what is due again", self.name)
        self._was_hit = is_hit

    def _say_hit(self, waiting: int) -> None:
        if self.most:
            log.warning(
                "scaling limit hit at location %s: its workers make %d probes at a time, %s; start "
                "further workers there",
                self.name,
                self.most,
                f"{self.needed:.1f} are needed" if self.needed else "and something waits",
            )
        else:
            log.warning(
                "location %s has no worker that takes jobs, and %d endpoints wait; see what its "
                "workers say, or start one with: blinkenlights probe work --location %s",
                self.name,
                waiting,
                self.name,
            )

    def message(self, waiting: int, workers: list[WorkerMessage]) -> LocationMessage:
        """Return it as a report has it."""
        slow = max(self._slow, key=lambda one: one.actual / one.planned if one.name else -inf)
        return LocationMessage(
            name=self.name,
            endpoints=self.endpoints,
            capacity=self.most,
            busy=self.busy,
            waiting=waiting,
            needed=round(self.needed, 2),
            limit_since=self.limit.since,
            slowest=slow.name,
            planned=round(slow.planned, 3),
            actual=round(slow.actual, 3),
            workers=workers,
        )


def period_of(endpoint: Endpoint, now: float) -> float:
    """Return the seconds between two runs; of a cron expression, between the next two."""
    if isinstance(endpoint.schedule, Every):
        return endpoint.schedule.seconds
    first = following(endpoint.schedule, now)
    return max(1.0, following(endpoint.schedule, first) - first) if first < inf else inf
