"""Probes that this process makes itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from blinkenlights.clock import Clock
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.result import Probed
from blinkenlights.probing.engine import Begun, Engine

log = logging.getLogger("blinkenlights.probe")


class OwnProbes:
    """Makes probes in tasks of this process.

    Args:
        asker: Makes one probe.
        clock: The time.
        probed: Is given each probe that is over. The endpoint is not probed again before it comes
            back.
    """

    def __init__(
        self, asker: Asker, clock: Clock, probed: Callable[[Probed], Awaitable[None]]
    ) -> None:
        self._asker = asker
        self._clock = clock
        self._probed = probed
        self._tasks: set[asyncio.Task[None]] = set()
        self._breaks = 0

    def begin(self, begun: Begun, engine: Engine) -> None:
        """Make a probe; returns at once."""
        task = asyncio.create_task(self._probe(begun, engine))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def clock_broke(self) -> None:
        """Note that the clock did not go on evenly. What is being probed is probed once more."""
        self._breaks += 1

    async def finish(self) -> None:
        """Wait until all probes that were begun are over."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _probe(self, begun: Begun, engine: Engine) -> None:
        job, loop = begun.job, asyncio.get_running_loop()
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
        except BaseException:
            engine.free(begun)
            engine.end(begun)
            raise
        # Its place is free while what came of it is looked into.
        engine.over(begun, lag, loop.time() - began)
        try:
            await self._probed(Probed(job, started, ended, observation))
        except Exception:
            log.exception("%s: the result of a probe is lost by our own mistake", job.endpoint.name)
        finally:
            engine.end(begun)
