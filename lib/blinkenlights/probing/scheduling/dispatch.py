"""Gives out jobs to workers, and notes what they come to."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from pika.spec import BasicProperties

from blinkenlights.clock import Clock
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.engine import Begun, Engine
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.definitions import definition_of
from blinkenlights.probing.jobs.messages import Definition, Job, Returned, WorkReport, encode
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.location import Location
from blinkenlights.probing.scheduling.lost_jobs import LostJobs
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.outstanding import Outstanding
from blinkenlights.probing.scheduling.retries import Retries
from blinkenlights.probing.scheduling.stretching import stretched
from blinkenlights.probing.witnesses import WITNESS_SECONDS

log = logging.getLogger("blinkenlights.probe")

GRACE_SECONDS = WITNESS_SECONDS + 3.0
"""How much longer than its timeout a job may take, before nobody waits for it any more: a worker
that reached nobody asks witnesses before it says so, and the way takes its time."""
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
        self._outstanding = Outstanding()
        self._retries = Retries()
        self._lost = LostJobs()
        self._definitions: dict[str, tuple[str, Definition]] = {}
        self._properties: dict[int, BasicProperties] = {}
        self._said: set[str] = set()

    def new_id(self) -> str:
        """Return the id of another job."""
        return f"{self._prefix}{next(self._numbers)}"

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Forget whoever is not among these."""
        known: dict[str, Any]
        for known in (self.last_due, self._definitions):
            for name in known.keys() - endpoints.keys():
                del known[name]
        self._retries.follow(endpoints)

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
        ticks = asyncio.get_running_loop().time()
        self._outstanding.add(job_id, begun, ticks + seconds)
        self._exchange.put(
            Outgoing(
                routes.job_key(endpoint.location),
                encode(message),
                job.due,
                self._expires(seconds),
                lambda: job_id in self._outstanding,
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
        ticks = asyncio.get_running_loop().time()
        for done in report.done:
            begun = self._outstanding.answered(done.id, report.location)
            if begun is None:
                continue
            job = begun.job
            seconds = min(done.seconds, job.endpoint.request.timeout + GRACE_SECONDS)
            lag = min(done.lag, max(0.0, self._clock() - job.due))
            if isinstance(begun.queue, Location):
                begun.queue.ran(seconds, ticks)
            engine.over(begun, lag, seconds)
            suspect = suspects.get(done.id)
            if suspect is None or not is_of(suspect, begun, report):
                engine.end(begun)
            else:
                self._suspected(begun, suspect)
        for returned in report.returned:
            begun = self._outstanding.answered(returned.id, report.location)
            if begun is not None:
                self._say(returned)
                engine.give_back(begun, self._retries.pause_after_return(begun.job))

    def give_up(self, engine: Engine) -> None:
        """Give out jobs again whose time is over, as whoever took them may be frozen."""
        ticks = asyncio.get_running_loop().time()
        for begun in self._outstanding.overdue(ticks):
            may_follow = self._retries.may_follow_loss(begun.job)
            self._lost.add(begun.job.endpoint.location, is_given_up=not may_follow)
            if may_follow:
                engine.give_back(begun, 0.0)
            else:
                engine.lose(begun)
        self._lost.say(ticks)

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
