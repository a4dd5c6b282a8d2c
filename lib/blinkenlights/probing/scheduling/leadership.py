"""Which of several schedulers gives out jobs: the one that has the lease.

The lease is short, so that another one goes on within two seconds of a death. A leader that cannot
reach the store goes on: nobody else may have taken over, and what workers do needs no store. If
somebody did, workers take no job of an older epoch, and the store, when it answers again, says so.
"""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Protocol

from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.errors import StoreError
from blinkenlights.kinds.endpoint.keys import PREFIX
from blinkenlights.outage import Outage
from blinkenlights.store.client import StoreClient
from blinkenlights.store.lease import Leased, lease, leave

log = logging.getLogger("blinkenlights.probe")

LEASE_SECONDS = 1.2
FIRST_SECONDS = 5.0
"""How long the lease of a new leader is: to take up 50,000 endpoints may take longer than the usual
one, and two schedulers would take it from each other without end."""
RENEW_SECONDS = 0.3
"""Also how often a standby asks, unless the lease is over sooner."""


ANSWER_SECONDS = 0.8
"""How long the store may take, so that a leader knows within a lease that it gets no answer."""


class Led(Protocol):
    """What a leader does."""

    def lead(self, epoch: int, through: float) -> None:
        """Give out jobs from now on: those that were due after a moment, 0 for not known."""

    def go_on(self, epoch: int) -> None:
        """Take another epoch: the lease was over, and nobody else had it."""

    def step_down(self) -> None:
        """Give out no more: another one does."""

    def through(self) -> float | None:
        """Return up to when everything that was due is given out; None when we do not lead."""


class Leadership:
    """Asks for the lease again and again, until `closing`.

    Args:
        name: Of the schedulers that share the work.
        owner: Tells this one from all others, also from itself before a restart.
        store: Where the lease is.
        led: Does the work.
    """

    def __init__(self, name: str, owner: str, store: RetryingStore, led: Led) -> None:
        self.leads = False
        self._prefix = f"{PREFIX}schedule:{name}:"
        self._owner = owner
        self._store = store
        self._led = led
        self._epoch = 0
        self._ours_until = 0.0
        """Until when nobody else has it for all that we know, seconds of the loop's clock."""
        self._outage = Outage("the store", "probing goes on, and results wait at the broker")

    def may_give_out(self) -> bool:
        """Return whether the lease is ours for all that we can know.

        Whoever was frozen has to ask first. A store that does not answer stops nobody.
        """
        return self.leads and asyncio.get_running_loop().time() < self._ours_until

    async def run(self, closing: asyncio.Event) -> None:
        """Ask until closing, then give the lease back."""
        loop = asyncio.get_running_loop()
        while not closing.is_set():
            asked, rest = loop.time(), RENEW_SECONDS
            seconds = LEASE_SECONDS if self.leads else FIRST_SECONDS
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    leased = await self._store.once(partial(self._ask, seconds))
            except (StoreError, TimeoutError) as error:
                # Whoever was frozen meanwhile knows nothing of the store by that.
                if loop.time() - asked < LEASE_SECONDS:
                    self._ours_until = loop.time() + LEASE_SECONDS
                self._outage.failed("lease", error if str(error) else "the store gives no answer")
            else:
                self._outage.worked("lease")
                self._take(leased, asked + seconds)
                if not leased.epoch:
                    rest = min(rest, leased.seconds + 0.01)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, rest - (loop.time() - asked))):
                    await closing.wait()

    async def leave(self) -> None:
        """Give the lease back, so that another one need not wait for its end."""
        if not self.leads:
            return
        through = self._led.through()
        self.leads = False
        with contextlib.suppress(StoreError, TimeoutError):
            async with asyncio.timeout(LEASE_SECONDS):
                await self._store.once(
                    lambda store: leave(store, self._prefix, self._owner, through)
                )

    async def _ask(self, seconds: float, store: StoreClient) -> Leased:
        through = self._led.through()
        return await lease(store, self._prefix, self._owner, seconds, through, rises=True)

    def _take(self, leased: Leased, until: float) -> None:
        is_ours = leased.owner == self._owner or (self.leads and not leased.owner)
        if not leased.epoch:
            if self.leads:
                log.warning("another scheduler (%s) gives out jobs by now", leased.owner)
                self.leads, self._epoch = False, 0
                self._led.step_down()
            return
        self._ours_until = until
        if self.leads and is_ours:
            if leased.epoch != self._epoch:
                self._epoch = leased.epoch
                self._led.go_on(leased.epoch)
            return
        if self.leads:
            log.warning("another scheduler (%s) gave out jobs meanwhile", leased.owner)
            self._led.step_down()
        log.info("giving out jobs, epoch %d", leased.epoch)
        self.leads, self._epoch = True, leased.epoch
        self._led.lead(leased.epoch, leased.through)
