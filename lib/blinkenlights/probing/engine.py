"""Says whose turn it is to be probed, and leaves it to somebody else to make the probe.

That is this process, or a worker elsewhere. Never are two probes of an endpoint made at a time, and
never more of all than there is room for.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from blinkenlights.clock import Clock
from blinkenlights.probe.agenda import Agenda, Counts, Job
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.queue import ProbeQueue, Waiting
from blinkenlights.probing.window import LagWindow

LONGEST_SLEEP = 1.0
"""Seconds after which the agenda is looked at again: nobody tells when the clock is adjusted."""


class Begun(NamedTuple):
    """A probe that somebody makes."""

    job: Job
    queue: ProbeQueue
    """Where it has a place."""
    host: str


class Maker(Protocol):
    """Makes probes. It tells the engine when each is `over`, and then when it came to its `end`."""

    def begin(self, begun: Begun, engine: "Engine") -> None:
        """Make a probe; returns at once."""

    def clock_broke(self) -> None:
        """Note that the clock did not go on evenly while probes were made."""

    async def finish(self) -> None:
        """Wait until all probes that were begun are over."""


def _nobody(_endpoint: Endpoint) -> None:
    pass


class Engine:
    """Lets endpoints be probed until `stop`.

    Args:
        maker: Makes the probes.
        clock: The time.
        queue_of: Returns where an endpoint waits for its turn.
        capacity: Probes at a time, of all queues together; may be set at any time.
        missed: Is told of an endpoint whenever it is due again before it had its turn.
        step: Seconds for which it waits at least, so that what is due by then begins together.
    """

    def __init__(
        self,
        maker: Maker,
        clock: Clock,
        queue_of: Callable[[Endpoint], ProbeQueue],
        *,
        capacity: int,
        missed: Callable[[Endpoint], None] = _nobody,
        step: float = 0.0,
    ) -> None:
        self.busy = 0
        """Probes that are being made."""
        self._capacity = capacity
        self._maker = maker
        self._clock = clock
        self._queue_of = queue_of
        self._missed = missed
        self._step = step
        self._agenda = Agenda(self._note_missed)
        self._endpoints: Mapping[str, Endpoint] = {}
        self._window: LagWindow | None = None
        self._wake = asyncio.Event()
        self._stopping = False
        self._known = Counts(0, 0, 0, 0, 0)

    @property
    def window(self) -> LagWindow:
        """How late probes began lately."""
        if self._window is None:
            self._window = LagWindow(self._capacity, asyncio.get_running_loop().time())
        return self._window

    @property
    def capacity(self) -> int:
        """Probes at a time."""
        return self._capacity

    @capacity.setter
    def capacity(self, capacity: int) -> None:
        self._capacity = self.window.capacity = capacity

    @property
    def counts(self) -> Counts:
        """What became of all that was due."""
        return self._agenda.counts

    @property
    def endpoints(self) -> int:
        """How many there are."""
        return len(self._agenda)

    def waits_since(self, name: str) -> float | None:
        """Return since when an endpoint waits for its turn; None for one that does not."""
        return self._agenda.waits_since(name)

    def follow(self, endpoints: Mapping[str, Endpoint], since: float | None = None) -> None:
        """Let these be probed from now on, or as they were due since an earlier moment."""
        before, self._endpoints = self._endpoints, endpoints
        self._agenda.follow(endpoints, self._clock() if since is None else since)
        for name, endpoint in endpoints.items():
            old = before.get(name)
            if old is None or old is endpoint or self._agenda.waits_since(name) is None:
                continue
            if self._queue_of(old) is not self._queue_of(endpoint):
                self._let_wait(name)
        self._wake.set()

    def clock_broke(self, now: float) -> None:
        """Note that the clock did not go on evenly."""
        self._maker.clock_broke()
        self._agenda.clock_broke(now)
        self._wake.set()

    def stop(self) -> None:
        """Let no further probe begin."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Let probes be made until `stop`; what is being probed then still comes to its end."""
        while not self._stopping:
            now = self._look()
            await self._sleep(now)
        await self._maker.finish()

    def begin(self, queue: ProbeQueue) -> None:
        """Let those begin for whom there is room."""
        now = self._clock()
        while not self._stopping and (following := queue.take(now)) is not None:
            name, host = following
            endpoint = self._agenda.endpoint_of(name)
            # One that moved waits elsewhere by now.
            is_here = endpoint is not None and self._queue_of(endpoint) is queue
            job = self._agenda.begin(name) if is_here else None
            if job is None:
                queue.done(host)
                continue
            self.busy += 1
            self._maker.begin(Begun(job, queue, host), self)

    def over(self, begun: Begun, lag: float, seconds: float) -> None:
        """Note that a probe is over: how late it began, and how long it took. Its place is free."""
        self.window.ran(lag, seconds, asyncio.get_running_loop().time())
        self.free(begun)

    def free(self, begun: Begun) -> None:
        """Let somebody else have the place of a probe."""
        self.busy -= 1
        begun.queue.done(begun.host)
        self.begin(begun.queue)

    def end(self, begun: Begun) -> None:
        """Note that what came of a probe is known: the endpoint may be probed again."""
        name = begun.job.endpoint.name
        if self._agenda.end(name):
            queue = self._let_wait(name)
            if queue is not None:
                self.begin(queue)

    def give_back(self, begun: Begun, pause: float) -> None:
        """Note that a probe was not made. Its endpoint is next, after a pause, if it is no late."""
        name = begun.job.endpoint.name
        self._agenda.give_back(begun.job)
        self._agenda.end(name)
        if pause:
            asyncio.get_running_loop().call_later(pause, self._try_again, name)
        else:
            self._try_again(name, begins=False)
        self.free(begun)

    def lose(self, begun: Begun) -> None:
        """Note that nobody knows what became of a probe: its moment is missed."""
        self._agenda.lose()
        self.free(begun)
        self.end(begun)

    def _look(self) -> float:
        """Begin what is due and may begin; returns the time."""
        now = self._clock()
        queues = {self._let_wait(name) for name in self._agenda.take_due(now)}
        counts = self._agenda.counts
        due, missed = counts.due - self._known.due, counts.missed - self._known.missed
        if due or missed:
            self.window.passed(due, missed, asyncio.get_running_loop().time())
            self._known = counts
        for queue in queues:
            if queue is not None:
                self.begin(queue)
        return now

    def _let_wait(self, name: str) -> ProbeQueue | None:
        waits = self._agenda.waits(name)
        if waits is None:
            return None
        endpoint, since, period = waits
        queue = self._queue_of(endpoint)
        queue.add(Waiting(name, endpoint.request.host, since, period))
        return queue

    def _try_again(self, name: str, *, begins: bool = True) -> None:
        waits = self._agenda.waits(name)
        if waits is not None:
            endpoint, since, period = waits
            queue = self._queue_of(endpoint)
            queue.add_first(Waiting(name, endpoint.request.host, since, period))
            if begins:
                self.begin(queue)

    def _note_missed(self, name: str) -> None:
        endpoint = self._agenda.endpoint_of(name)
        if endpoint is not None:
            self._missed(endpoint)

    async def _sleep(self, now: float) -> None:
        """Wait until something is due, or there is another reason to look."""
        seconds = min(self._agenda.next_due() - now, LONGEST_SLEEP)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(self._step, seconds), self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()
            self._wake.clear()
