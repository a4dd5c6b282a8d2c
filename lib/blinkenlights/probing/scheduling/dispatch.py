"""Gives out jobs to workers, and notes what they come to."""

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from pika.spec import BasicProperties

from blinkenlights.clock import Clock
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.plugin.words import count
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.engine import Begun, Engine
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.definitions import definition_of
from blinkenlights.probing.jobs.messages import Definition, Job, Returned, WorkReport, encode
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.location import Location
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.stretching import stretched

log = logging.getLogger("blinkenlights.probe")

GRACE_SECONDS = 5.0
"""How much longer than its timeout a job may take, before nobody waits for it any more: the time
after which a worker counts as gone."""
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
"""How long a job waits that came back more than once: who cannot make it gives it back at once, and
nothing else would slow the two down."""
MOST_TRIES = 3
"""How often a job of one moment is given out that nobody answers: what ends each worker that takes
it must not end all of them."""
LOST_SECONDS = 10.0
"""How often it is said at most that jobs are lost: those of one worker are so one by one."""
MOST_SAID = 1_000


class Dispatch:
    """Makes probes by giving them to whoever is free at their location.

    Args:
        prefix: Of ids of jobs; unique among all schedulers and terms.
        epoch: Of the lease.
        clock: The time.
        exchange: Where jobs go.
        suspected: Is given a job and its bad result, which others are to confirm.
    """

    def __init__(
        self,
        prefix: str,
        epoch: int,
        clock: Clock,
        exchange: Exchange,
        suspected: Callable[[Begun, ResultMessage], None],
    ) -> None:
        self.epoch = epoch
        self.last_due: dict[str, float] = {}
        """Endpoint -> the moment for which it was given out last."""
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._clock = clock
        self._exchange = exchange
        self._suspected = suspected
        self._out: dict[str, Begun] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._definitions: dict[str, tuple[str, Definition]] = {}
        self._returns: dict[str, tuple[float, int]] = {}
        """Endpoint -> the moment whose job came back, or came to nothing, and how often."""
        self._properties: dict[int, BasicProperties] = {}
        self._said: set[str] = set()
        self._lost: dict[str, int] = {}
        self._lost_said = -inf

    def new_id(self) -> str:
        """Return the id of another job."""
        return f"{self._prefix}{next(self._numbers)}"

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Forget whoever is not among these."""
        known: dict[str, Any]
        for known in (self.last_due, self._definitions, self._returns):
            for name in known.keys() - endpoints.keys():
                del known[name]

    def begin(self, begun: Begun, engine: Engine) -> None:
        """Give out a job; returns at once."""
        del engine
        job = begun.job
        endpoint, now = job.endpoint, self._clock()
        next_due, planned = stretched(job, now)
        location = begun.queue
        if isinstance(location, Location):
            location.begun(begun, self.last_due.get(endpoint.name))
        self.last_due[endpoint.name] = job.due
        job_id = self.new_id()
        message = Job(job_id, self.epoch, self._definition(endpoint), job.due, next_due, planned)
        seconds = endpoint.request.timeout + GRACE_SECONDS
        self._out[job_id] = begun
        ticks = asyncio.get_running_loop().time()
        heapq.heappush(self._deadlines, (ticks + seconds, job_id))
        self._exchange.put(
            Outgoing(
                routes.job_key(endpoint.location),
                encode(message),
                job.due,
                self._expires(seconds),
                lambda: job_id in self._out,
                is_mandatory=True,
            )
        )

    def clock_broke(self) -> None:
        """Note that the clock did not go on evenly: workers go on by their own."""
        self.last_due.clear()

    async def finish(self) -> None:
        """Wait for nothing: what is given out comes to its end without us."""

    def take(self, report: WorkReport, engine: Engine) -> None:
        """Take what a worker says of jobs."""
        suspects = {each.id: each.result for each in report.suspects}
        for done in report.done:
            begun = self._answered(done.id, report)
            if begun is None:
                continue
            job = begun.job
            seconds = min(done.seconds, job.endpoint.request.timeout + GRACE_SECONDS)
            lag = min(done.lag, max(0.0, self._clock() - job.due))
            if isinstance(begun.queue, Location):
                begun.queue.ran(seconds)
            engine.over(begun, lag, seconds)
            suspect = suspects.get(done.id)
            if suspect is None or not is_of(suspect, begun, report):
                engine.end(begun)
            else:
                self._suspected(begun, suspect)
        for returned in report.returned:
            begun = self._answered(returned.id, report)
            if begun is not None:
                self._say(returned)
                engine.give_back(begun, self._pause(begun))

    def _answered(self, job_id: str, report: WorkReport) -> Begun | None:
        """Return a job that is out no more; ids can be guessed, so its location has to agree."""
        begun = self._out.get(job_id)
        if begun is None or begun.job.endpoint.location != report.location:
            return None
        return self._out.pop(job_id)

    def give_up(self, engine: Engine) -> None:
        """Give out jobs again whose time is over, as whoever took them may be frozen."""
        ticks, deadlines = asyncio.get_running_loop().time(), self._deadlines
        lost: dict[str, int] = {}
        while deadlines and deadlines[0][0] <= ticks:
            _, job_id = heapq.heappop(deadlines)
            begun = self._out.pop(job_id, None)
            if begun is not None:
                location = begun.job.endpoint.location
                lost[location] = lost.get(location, 0) + 1
                if self._tries(begun) < MOST_TRIES:
                    engine.give_back(begun, 0.0)
                else:
                    engine.lose(begun)
        for location, number in lost.items():
            self._lost[location] = self._lost.get(location, 0) + number
        if not self._lost or ticks - self._lost_said < LOST_SECONDS:
            return
        said, self._lost, self._lost_said = self._lost, {}, ticks
        for location, number in said.items():
            log.warning(
                "location %s: no worker said what became of %s; given out again while not too late",
                location,
                count(number, "job"),
            )

    def _definition(self, endpoint: Endpoint) -> Definition:
        known = self._definitions.get(endpoint.name)
        if known is not None and known[0] == endpoint.digest:
            return known[1]
        made = definition_of(endpoint)
        self._definitions[endpoint.name] = (endpoint.digest, made)
        return made

    def _expires(self, seconds: float) -> BasicProperties:
        """Return how a job travels: the broker drops it when nobody waits for it any more."""
        milliseconds = round(1000 * seconds)
        known = self._properties.get(milliseconds)
        if known is None:
            known = self._properties[milliseconds] = BasicProperties(
                content_type="application/json", delivery_mode=1, expiration=str(milliseconds)
            )
        return known

    def _tries(self, begun: Begun) -> int:
        """Count that a job came to nothing; returns how often that was so at this moment."""
        name, due = begun.job.endpoint.name, begun.job.due
        before, times = self._returns.get(name, (0.0, 0))
        times = times + 1 if before == due else 1
        self._returns[name] = due, times
        return times

    def _pause(self, begun: Begun) -> float:
        times = self._tries(begun)
        return 0.0 if times == 1 else min(FIRST_PAUSE * 2 ** (times - 2), LONGEST_PAUSE)

    def _say(self, returned: Returned) -> None:
        if returned.why not in self._said and len(self._said) < MOST_SAID:
            self._said.add(returned.why)
            log.warning("a job came back: %s", returned.why)


def is_of(result: ResultMessage, begun: Begun, report: WorkReport) -> bool:
    """Return whether a worker speaks of the job that it had, and for itself."""
    job = begun.job
    return (result.endpoint, result.due, result.location, result.worker) == (
        *(job.endpoint.name, job.due),
        *(report.location, report.worker),
    )
