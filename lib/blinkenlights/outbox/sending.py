"""Brings what is in an outbox to where it belongs, beside others who do so."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Generic

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.outage import Outage
from blinkenlights.outbox.delivery import Delivery
from blinkenlights.outbox.lease import Lease, Manner
from blinkenlights.outbox.mail import Post
from blinkenlights.outbox.outbox import Outbox
from blinkenlights.outbox.taken import Entry, Known

log = logging.getLogger("blinkenlights.outbox")

AT_ONCE = 500
"""Addresses that are talked to at one time: more than anybody has, so that none waits for others
that hang."""
TICK_SECONDS = 0.25
LAST_SECONDS = 5.0
"""How long noting what was said may take at the end."""


def seconds_since_boot() -> float:
    """Return how long the machine is up: it goes on while we are stopped or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Senders(Generic[Entry, Known]):
    """Tells what is due until stopped.

    Args:
        outbox: Where it is.
        post: Makes of a queue what is told.
        manner: How long what may take.
        clock: The time.
        ticks: Seconds of a clock that nobody sets and that never stands still.
        without_store: What follows while the store is away, for the log.
    """

    def __init__(
        self,
        outbox: Outbox[Entry, Known],
        post: Post[Entry, Known],
        manner: Manner,
        clock: Clock,
        ticks: Callable[[], float] = seconds_since_boot,
        *,
        without_store: str,
    ) -> None:
        self._outbox = outbox
        self._post = post
        self._manner = manner
        self._clock = clock
        self._ticks = ticks
        self._delivery = Delivery(outbox, post, manner, clock)
        self._busy: dict[str, tuple[Lease, asyncio.Task[None]]] = {}
        self._stopping = False
        self._poked = asyncio.Event()
        self._outage = Outage("the store", without_store)

    def poke(self) -> None:
        """Look at once: something was queued."""
        self._poked.set()

    def stop(self) -> None:
        """Let `run` come to its end; what is being said is said."""
        self._stopping = True
        self._poked.set()

    async def run(self) -> None:
        """Tell until `stop`."""
        try:
            while not self._stopping:
                await self.look()
                await self._rest()
            await self._finish()
        finally:
            tasks = [task for _, task in self._busy.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._post.close()

    async def look(self) -> None:
        """Begin to tell what is due now."""
        began = self._ticks()
        room = AT_ONCE - len(self._busy)
        try:
            taken = await self._outbox.take(
                self._clock(), self._manner.lease, room, list(self._busy)
            )
        except StoreError as error:
            self._outage.failed("take", error)
            return
        self._outage.worked("take")
        for each in taken:
            lease = Lease(began, self._manner, self._ticks)
            task = asyncio.create_task(self._delivery.deliver(each, lease))
            self._busy[each.address] = lease, task
            task.add_done_callback(lambda task, address=each.address: self._is_free(address, task))  # type: ignore[misc]

    async def _finish(self) -> None:
        """Wait for what is in hand."""
        ends = self._ticks() + self._manner.say + LAST_SECONDS
        while self._busy and self._ticks() < ends:
            await self._rest()

    async def _rest(self) -> None:
        """Wait until something is to be done, at most for a tick."""
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await self._poked.wait()
        except TimeoutError:
            pass
        finally:
            self._poked.clear()
        for lease, _ in self._busy.values():
            lease.check()

    def _is_free(self, address: str, task: asyncio.Task[None]) -> None:
        self._busy.pop(address, None)
        self._poked.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("telling broke", exc_info=error)
