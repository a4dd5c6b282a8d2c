"""Makes probes when they are due: never two of one endpoint at a time, never more than it can."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from blinkenlights.clock import Clock
from blinkenlights.probe.agenda import Agenda, Counts, Job
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.result import Probed
from blinkenlights.probing.queue import ProbeQueue
from blinkenlights.probing.window import LagWindow

log = logging.getLogger("blinkenlights.probe")

LONGEST_SLEEP = 1.0
"""Seconds after which the agenda is looked at again: nobody tells when the clock is adjusted."""


class Engine:
    """Probes endpoints until `stop`.

    Args:
        asker: Makes one probe.
        clock: The time.
        probed: Is given each probe that is over. The endpoint is not probed again before it comes
            back.
        capacity: Probes at a time.
        per_host: Probes of one host at a time.
    """

    def __init__(
        self,
        asker: Asker,
        clock: Clock,
        probed: Callable[[Probed], Awaitable[None]],
        *,
        capacity: int,
        per_host: int,
    ) -> None:
        self.capacity = capacity
        self._asker = asker
        self._clock = clock
        self._probed = probed
        self._agenda = Agenda()
        self._queue = ProbeQueue(capacity, per_host)
        self._window: LagWindow | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._known = Counts(0, 0, 0, 0, 0)
        self._breaks = 0

    @property
    def window(self) -> LagWindow:
        """How late probes began lately."""
        if self._window is None:
            self._window = LagWindow(self.capacity, asyncio.get_running_loop().time())
        return self._window

    @property
    def counts(self) -> Counts:
        """What became of all that was due."""
        return self._agenda.counts

    @property
    def busy(self) -> int:
        """Probes that are being made."""
        return self._queue.busy

    @property
    def endpoints(self) -> int:
        """How many there are."""
        return len(self._agenda)

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Probe these from now on."""
        self._agenda.follow(endpoints, self._clock())
        self._wake.set()

    def clock_broke(self, now: float) -> None:
        """Note that the clock did not go on evenly. What is being probed is probed once more."""
        self._breaks += 1
        self._agenda.clock_broke(now)
        self._wake.set()

    def stop(self) -> None:
        """Begin no further probe."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Probe until `stop`; what is being probed then is still told."""
        while not self._stopping:
            now = self._look()
            await self._sleep(now)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _look(self) -> float:
        """Begin what is due and may begin; returns the time."""
        now = self._clock()
        for name in self._agenda.take_due(now):
            self._let_wait(name)
        counts, loop = self._agenda.counts, asyncio.get_running_loop()
        due, missed = counts.due - self._known.due, counts.missed - self._known.missed
        if due or missed:
            self.window.passed(due, missed, loop.time())
            self._known = counts
        self._begin()
        return now

    def _let_wait(self, name: str) -> None:
        host = self._agenda.host_of(name)
        if host is not None:
            self._queue.add(name, host)

    def _begin(self) -> None:
        """Begin what waits and may begin."""
        while not self._stopping and (following := self._queue.take()) is not None:
            name, host = following
            job = self._agenda.begin(name)
            if job is None:
                self._queue.done(host)
                continue
            task = asyncio.create_task(self._probe(job, host))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _probe(self, job: Job, host: str) -> None:
        loop = asyncio.get_running_loop()
        started, began = self._clock(), loop.time()
        lag, breaks = max(0.0, started - job.due), self._breaks
        try:
            observation = await self._asker.ask(job.endpoint.request, self._clock)
            ended = self._clock()
            if self._breaks != breaks:
                # That time ran out while we stood still says nothing of the endpoint.
                started = ended
                observation = await self._asker.ask(job.endpoint.request, self._clock)
                ended = self._clock()
            over = loop.time()
            self.window.ran(lag, over - began, over)
        finally:
            # Its place is free while what came of it is looked into.
            self._queue.done(host)
            self._begin()
        try:
            await self._probed(Probed(job, started, ended, observation))
        except Exception:
            log.exception("%s: the result of a probe is lost by our own mistake", job.endpoint.name)
        finally:
            if self._agenda.end(job.endpoint.name):
                self._let_wait(job.endpoint.name)
                self._begin()

    async def _sleep(self, now: float) -> None:
        """Wait until something is due, or there is another reason to look."""
        seconds = min(self._agenda.next_due() - now, LONGEST_SLEEP)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(0.0, seconds), self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()
            self._wake.clear()
