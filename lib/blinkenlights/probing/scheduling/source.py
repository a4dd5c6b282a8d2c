"""The scheduler as a source of the collector: what it says takes the way that all signals take.

Results do not come this way. Workers publish them, and the collector reads their queue.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping

from msgspec import structs

from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.live_source import FROM_SOCKET, LiveSource
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import ProbeConfig, WorkersConfig
from blinkenlights.kinds.endpoint.keys import PROBES_BY
from blinkenlights.kinds.endpoint.prober.fitting import fitting
from blinkenlights.kinds.endpoint.signal import ENDPOINTS
from blinkenlights.posting.posting import Posting
from blinkenlights.probe.result import line_of, removed
from blinkenlights.probing.followed_files import FollowedFiles
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.own_lines import decoder
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.leadership import Leadership
from blinkenlights.probing.scheduling.places import Places
from blinkenlights.probing.scheduling.reports import Reports
from blinkenlights.probing.scheduling.term import Term
from blinkenlights.probing.scheduling.workers import Workers
from blinkenlights.store.report import SourceReport

log = logging.getLogger("blinkenlights.probe")

FILES_SECONDS = 30.0
"""How long a scheduler without files waits for others to take the lease."""
NOTICE_SECONDS = 1.0
"""How often it is looked who lives."""
LAST_SECONDS = 2.0
"""How long what is to be published may take at the end."""


class ScheduleSource(LiveSource):
    """Follows endpoint files and workers; while it has the lease it gives out jobs.

    Args:
        config: Which endpoints, and how many probes of a host at a time.
        workers: The broker.
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
        places: Is told from where each endpoint is probed.
    """

    transport = "probe"
    _error = "not scheduling yet"

    def __init__(
        self,
        config: ProbeConfig,
        workers: WorkersConfig,
        context: SourceContext,
        watermarks: Mapping[str, float],
        places: Places | None = None,
    ) -> None:
        self._places = places or Places()
        self._name = config.name or context.settings.name
        # All schedulers that stand by for each other are one source: one of them is enough.
        super().__init__(PROBES_BY + self._name, context, watermarks, decoder(context.decoding))
        instance = uuid.uuid4().hex[:12]
        self._config = config
        self._posting = Posting(
            context.store.client,
            self._name,
            context.clock,
            kept=config.post_kept,
            give_up=config.post_give_up,
        )
        self._files = FollowedFiles(config.endpoints, self._name, context.clock, None)
        self._workers = Workers()
        self._instance = instance
        self._exchange = Exchange(
            workers, f"blinkenlights {context.settings.name}", instance, self._take
        )
        self._leadership = Leadership(
            self._name, f"{context.settings.name} {instance}", context.store, self
        )
        self._reports = Reports(
            self._files, self._workers, self._exchange, self._leadership, context.clock
        )
        self._term: Term | None = None
        self._terms = 0
        self._removing: asyncio.Task[None] | None = None

    def report(self) -> SourceReport:
        """Return how far this source is. Nothing else than endpoints can come by it."""
        return structs.replace(super().report(), kind=ENDPOINTS.name)

    def workers_with_room(self, location: str) -> int:
        """Return how many workers of a location live and may be given jobs."""
        living = self._workers.living(location, asyncio.get_running_loop().time())
        return sum(each.report.capacity > 0 for each in living)

    def clock_broke(self, broken: Break) -> None:
        """Note that the clock did not go on evenly: no run was missed by that."""
        super().clock_broke(broken)
        if self._term is not None and not broken.was_busy:
            self._term.engine.clock_broke(self._context.clock())

    def lead(self, epoch: int, through: float) -> None:
        """Give out jobs from now on."""
        self._terms += 1
        self._term = term = Term(
            self._name,
            f"{self._instance}.{self._terms}.",
            epoch,
            self._context.clock,
            exchange=self._exchange,
            workers=self._workers,
            told=self._posting.put,
            per_host=self._config.at_once_for_host,
            may_give_out=self._leadership.may_give_out,
        )
        term.begin(self._files.own, through)
        self._report()
        self._removing = asyncio.create_task(self._remove_unknown())

    def go_on(self, epoch: int) -> None:
        """Take another epoch."""
        if self._term is not None:
            self._term.go_on(epoch)

    def step_down(self) -> None:
        """Give out no more."""
        if self._term is not None:
            self._term.end()
            self._exchange.drop()
        if self._removing is not None:
            self._removing.cancel()
        self._term = None

    def through(self) -> float | None:
        """Return up to when everything that was due is given out; None when we do not lead."""
        return None if self._term is None else self._term.through()

    async def _take_until_closed(self) -> None:
        following = asyncio.create_task(self._follow_files())
        async with asyncio.TaskGroup() as group:
            exchanging = group.create_task(self._exchange.run())
            posting = group.create_task(self._posting.run())
            reporting = group.create_task(self._report_again_and_again())
            leading = group.create_task(self._lead(following))
            with self._taking():
                log.info("scheduling the endpoints of %s as %s", self._files.path, self._name)
                await self._watch()
            await leading
            await self._leadership.leave()
            if self._term is not None:
                self._report(stopped=True)
            self.step_down()
            self._exchange.close()
            self._posting.close()
            await asyncio.wait([exchanging, posting], timeout=LAST_SECONDS)
            for task in (following, reporting, exchanging):
                task.cancel()
        await asyncio.gather(following, return_exceptions=True)

    async def _lead(self, following: asyncio.Task[None]) -> None:
        """Stand by for the lease, once we know the files.

        Whose folder is away or empty lets others be first, and says so as the leader if there are
        none.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + FILES_SECONDS
        while not (self._files.collection.files or self._closing.is_set()):
            if following.done():
                following.result()
            if loop.time() >= until:
                log.warning("no endpoint files in %s: nothing is given out", self._files.path)
                break
            await self._rest(0.05)
        await self._leadership.run(self._closing)

    async def _follow_files(self) -> None:
        """Take endpoints from their files whenever these change."""
        async for change in self._files.changes(self._closing):
            # Also who stands by posts what is queued.
            self._posting.follow(change.after)
            self._places.follow(change.own, self._context.clock())
            if self._term is None:
                continue
            self._term.follow(change.own)
            self._remove(change.gone)
            if change.is_first:
                await self._remove_unknown()
            self._report()

    async def _remove_unknown(self) -> None:
        """Say of endpoints that went while nobody scheduled that they are gone."""
        if self._files.collection.files:
            known = await self._files.met(self._context.store)
            if self._term is not None:
                self._remove(known.keys() - self._files.collection.endpoints.keys())

    def _remove(self, names: set[str]) -> None:
        now = self._context.clock()
        for name in sorted(names):
            self._add(line_of(removed(name, now, self._name)))

    def _take(self, report: WorkReport) -> None:
        now, ticks = self._context.clock(), asyncio.get_running_loop().time()
        if self._workers.take(report, now, ticks):
            # It takes jobs once it has seen whom it reaches.
            log.info("worker %s at location %s is there", report.worker, report.location)
        if report.is_leaving:
            log.info("worker %s at location %s leaves", report.worker, report.location)
        if self._term is not None:
            self._term.take(report)

    async def _report_again_and_again(self) -> None:
        """Report when that is due, and notice who is gone."""
        loop = asyncio.get_running_loop()
        while not self._closing.is_set():
            rested = loop.time()
            await self._rest(NOTICE_SECONDS)
            if self._term is not None:
                self._term.check()
            for location, worker in self._workers.forget(loop.time()):
                log.warning("worker %s at location %s is gone", worker, location)
            if self._reports.are_due(rested) and self._intake.in_hand < self._most:
                self._report()

    def _report(self, *, stopped: bool = False) -> None:
        """Report what we do while we lead; who stands by has nothing to say."""
        if self._term is not None:
            message = self._reports.made(self._term, stopped=stopped)
            self._posting.report(message)
            self._add(line_of(fitting(message)))

    def _add(self, line: bytes) -> None:
        self._intake.add((line, FROM_SOCKET, None))
