"""A store that is waited for while it is away, and what other collectors have in it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.known_sources import furthest
from blinkenlights.errors import StoreAnswer, StoreError, StoreLayout, StoreUnreachable
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Handover
from blinkenlights.outage import Backoff, Outage
from blinkenlights.plugin.words import moment
from blinkenlights.store.batch import Batch, Loss, Rows
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords, Found
from blinkenlights.store.report import CollectorReport, Gap
from blinkenlights.store.writer import StoreWriter

log = logging.getLogger("blinkenlights.collector")

T = TypeVar("T")


PATIENCE_SECONDS = 10.0
"""How long the store may be away before messages are given back, for others to store them: well
before our last report is so old that checks look at the others only."""
WENT_BACK = "the store came back from an older copy"
BREAKS = 3
"""How often a batch has to fail, while reports are written, to be what breaks connections."""
DEAD_SECONDS = 30.0
"""Age of a report after which its collector counts as dead."""


Taken = Callable[[Sequence[Rows]], None]
"""Is told of rows that the store has acknowledged, before whoever sent them is. Never raises."""


def _nobody(_rows: Sequence[Rows]) -> None:
    pass


class RetryingStore:
    """The store, for callers who can wait: what it does not take now is tried until it does.

    Args:
        store: The connection.
        clock: The time.
        taken: Is told of all rows that are stored.
    """

    def __init__(
        self, store: StoreClient, clock: Clock = wall_clock, taken: Taken = _nobody
    ) -> None:
        self._store = store
        self._taken = taken
        self._clock = clock
        self._writer = StoreWriter(store, clock)
        self._records = CollectorRecords(store)
        self._outage = Outage("the store", "nothing is acknowledged before it is stored, retrying")
        self._unreported_since: float | None = None
        self._has_reported = False
        self._reported = 0
        """How often since the start."""
        self.trouble: StoreError | None = None
        """What was last said for what has to wait; None while the store takes what it is sent."""

    @property
    def client(self) -> StoreClient:
        """The connection, for those who see to its errors themselves."""
        return self._store

    @property
    def has_reported(self) -> bool:
        """Whether a report was stored since the start."""
        return self._has_reported

    def is_lost(self) -> bool:
        """Return whether no report could be written for so long that others must take over."""
        since = self._unreported_since
        return since is not None and asyncio.get_running_loop().time() - since > PATIENCE_SECONDS

    async def store(self, batch: Batch, *, gives_up: bool = False) -> list[float] | None:
        """Store a batch, however long that takes; returns `Stored.lived`.

        What the store turns out to have lost is on record then. With `gives_up` it raises a
        StoreError when the store takes other things, and not this batch: a smaller one may go
        through.
        """
        stored = await self._until_it_works(lambda: self._writer.store(batch), gives_up=gives_up)
        self._taken(batch.rows)
        for loss in stored.losses:
            await self._record(loss)
        return stored.lived

    async def _record(self, loss: Loss) -> None:
        """Put a loss on record, unless the store is new: then all is missing, as is said."""
        source, what, start, end = loss
        born = await self._until_it_works(self._records.born)
        if born is None or born > end:
            return
        now = self._clock()
        start, end = min(start, now), min(end, now)
        log.error(
            "the store came back from an older copy: %s that it had acknowledged between %s and %s "
            "are missing",
            what,
            moment(start),
            moment(end),
        )
        await self.add_gap(
            Gap(
                source=source,
                start=start,
                # A gap is recorded when it ends, and whatever came since then may be lost, too.
                end=now,
                reason=WENT_BACK,
                lost=what,
                lost_from=start,
                lost_to=end,
            )
        )

    async def once(self, attempt: Callable[[StoreClient], Awaitable[T]]) -> T:
        """Return what an attempt gives; raises StoreError when that is not possible now."""
        return await attempt(self._store)

    async def patiently(self, attempt: Callable[[StoreClient], Awaitable[T]]) -> T:
        """Return what an attempt gives, however long that takes."""
        return await self._until_it_works(lambda: attempt(self._store))

    async def add_gap(self, gap: Gap) -> None:
        """Record a gap, however long that takes."""
        await self._until_it_works(lambda: self._records.add_gap(gap))

    async def reports(self) -> list[CollectorReport]:
        """Return the reports of all collectors, however long that takes."""
        reports = await self._until_it_works(self._records.reports)
        return list(reports.values())

    async def known_reports(self) -> list[CollectorReport]:
        """Return the reports of all collectors; raises StoreError when that is not possible now."""
        return list((await self._records.reports()).values())

    async def shortest_interval(self) -> int | None:
        """Return the shortest interval that anybody has, None when that cannot be known now."""
        try:
            found = [
                await signal.shortest_interval(self._store)
                for signal in signals()
                if signal.shortest_interval
            ]
        except StoreError:
            return None
        return min((each for each in found if each is not None), default=None)

    async def watermarks(self, now: float) -> dict[str, float]:
        """Return how far each source was stored by whoever got furthest, by its id."""
        return furthest(await self.reports(), now)

    async def report(self, report: CollectorReport) -> Found:
        """Write a report, if that is possible now: the next one says more.

        Returns in what state that found the store.
        """
        tried = asyncio.get_running_loop().time()
        try:
            is_new, went_back_to = await self._records.report(report)
        except StoreLayout:
            raise
        except StoreError as error:
            self._unreported_since = self._unreported_since or tried
            self._outage.failed("report", error)
            self.trouble = error
            return Found(is_new=False, went_back_to=None)
        self._unreported_since = None
        self._reported += 1
        self._outage.worked("report")
        self.trouble = None
        if is_new and self._has_reported:
            log.error(
                "the store was emptied or replaced while we ran: what was declared is gone, repeat "
                "blinkenlights expect; learning who is there"
            )
        elif is_new:
            log.warning("the store is new: learning who is there")
        self._has_reported = True
        if went_back_to is not None:
            log.warning(
                "the store came back without the last %.0f seconds; silence in that time is not "
                "held against anybody",
                report.beat - went_back_to,
            )
        return Found(is_new, went_back_to)

    async def hand_over(self, handovers: Sequence[Handover], now: float) -> bool:
        """Write what is configured for checks, if that is possible now; returns whether it was."""
        try:
            for hand_over in handovers:
                await hand_over(self._store, now)
        except StoreError as error:
            self._outage.failed("handover", error)
            return False
        self._outage.worked("handover")
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def _until_it_works(
        self, attempt: Callable[[], Awaitable[T]], *, gives_up: bool = False
    ) -> T:
        # That another batch went through, being smaller, does not end the outage for this one.
        doing = object()
        backoff = Backoff()
        failures, reported = 0, self._reported
        while True:
            try:
                result = await attempt()
            except StoreLayout:
                raise
            except StoreError as error:
                failures += 1
                # What is too long for a store, or for a proxy before it, may break connections.
                breaks_it = failures >= BREAKS and self._reported > reported
                if gives_up and (
                    isinstance(error, StoreAnswer)
                    or (isinstance(error, StoreUnreachable) and breaks_it)
                ):
                    self._outage.worked(doing)
                    raise
                self._outage.failed(doing, error)
                self.trouble = error
                await asyncio.sleep(backoff.pause())
            else:
                self._outage.worked(doing)
                return result
