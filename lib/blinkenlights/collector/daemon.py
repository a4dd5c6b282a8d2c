"""The collector: its sources, its report every second, and what happens on SIGTERM and SIGHUP."""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.decoding import Decoding, as_it_is, decoding
from blinkenlights.collector.duties import Duties
from blinkenlights.collector.guarded_clock import GuardedClock
from blinkenlights.collector.handovers import Handovers
from blinkenlights.collector.known_sources import furthest, used
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.onward import Onward
from blinkenlights.collector.own_name import refuse_a_name_in_use, warn_of_a_borrowed_name
from blinkenlights.collector.own_report import OwnReport
from blinkenlights.collector.running_sources import RunningSources
from blinkenlights.collector.source import OpenSource
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.config import CollectorConfig, Config
from blinkenlights.errors import StoreLayout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import CollectorReport, SourceReport

log = logging.getLogger("blinkenlights.collector")

REPORT_SECONDS = 1.0


class Reported(Protocol):
    """Is told of each report of a collector."""

    def __call__(self, *, is_stored: bool) -> None:
        """Take note; `is_stored` is whether one was stored since the start."""


def _nobody(*, is_stored: bool) -> None:
    del is_stored


class Collector:
    """Takes what its sources deliver into the store.

    Args:
        config: Sources, store and settings.
        clock: The time.
        others: Sources beside those that are configured.
        guarded: Changes how messages are decoded.
        reported: Is told of each report, whether the store takes it or not.

    Raises:
        ConfigError: The store's password cannot be read; from `run`: another collector of this
            name is at work.
        StoreLayout: From `run`: the store is laid out by another version.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock = wall_clock,
        others: Sequence[OpenSource] = (),
        guarded: Callable[[Decoding], Decoding] = as_it_is,
        reported: Reported = _nobody,
    ) -> None:
        self._config = config
        self._reported = reported
        self._guarded = guarded
        self._next_config: Config | None = None
        self._sources = RunningSources(config.collector.name, others, self._context)
        self._clock = GuardedClock(clock, self._sources.clock_broke)
        self._onward = Onward(config.collector.name, self._clock)
        client = StoreClient.of(config.store.settings())
        self._store = RetryingStore(client, self._clock, self._onward.take)
        self._tally = Tally(time.monotonic)
        self._names = NameBounds(self._store, time.monotonic, config)
        self._own = OwnReport(config.collector.name, self._clock(), self._tally, self._names.counts)
        self._used: set[str] = set()
        """Ids of sources by which something came before we started."""
        self._decoding = self._guarded(decoding(config))
        self._handovers = Handovers()
        settings = config.store.settings()
        self._duties = Duties(self._store, self._names, settings, self._clock)
        self._stopping = False
        self._wake = asyncio.Event()
        self._beginning: asyncio.Task[list[CollectorReport]] | None = None

    async def run(self) -> None:
        """Collect until `stop`."""
        # Thousands of messages wait for their batch at any time and none is part of a cycle; the
        # usual threshold of 700 makes the collector spend a sixth of its time on looking at them.
        gc.set_threshold(50_000, 20, 20)
        self._beginning = asyncio.create_task(self._store.reports())
        if self._stopping:
            self._beginning.cancel()
        try:
            reports = await self._beginning
            refuse_a_name_in_use(self._config.collector.name, reports, self._clock())
            warn_of_a_borrowed_name(self._config.collector.name)
            self._sources.watermarks = furthest(reports, self._clock())
            self._used = used(reports)
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._clock.watch())
                reporting = group.create_task(self._report_every_second())
                working = group.create_task(self._duties.run())
                while not self._stopping:
                    await self._follow(self._config, group)
                    await self._wake.wait()
                    self._wake.clear()
                    self._config = self._next_config or self._config
                last = await self._sources.close(self._config.collector.shutdown_seconds)
                reporting.cancel()
                working.cancel()
                await self._onward.close()
                watching.cancel()
            told = [each.report() for each in last]
            await self._store.report(self._report(told, stopped=self._clock()))
        except BaseExceptionGroup as several:
            # A store of another layout is found by all tasks at once, and said once.
            refused: BaseException | None = several.subgroup(StoreLayout)
            while isinstance(refused, BaseExceptionGroup):
                refused = refused.exceptions[0]
            raise refused or several from None
        except asyncio.CancelledError:
            if not (self._stopping and self._beginning.cancelled()):
                raise
        finally:
            await self._store.close()

    def stop(self) -> None:
        """Let `run` come to its end: it stores and acknowledges what is in hand."""
        self._stopping = True
        self._wake.set()
        if self._beginning is not None:
            self._beginning.cancel()

    def reload(self, config: Config) -> None:
        """Follow another configuration. Sources that are the same in both go on undisturbed."""
        fixed = {
            "store": self._config.store,
            "collector": msgspec.structs.replace(
                config.collector, name=self._config.collector.name
            ),
        }
        followed = msgspec.structs.replace(config, **fixed)
        if followed != config:
            log.warning("another store or collector.name is used after a restart only")
        self._next_config = followed
        self._wake.set()

    async def _follow(self, config: Config, group: asyncio.TaskGroup) -> None:
        """Go on as `config` says."""
        self._used |= used([self._report(self._sources.reports())])
        self._decoding = self._guarded(decoding(config))
        self._names.counts.settings = config
        self._handovers.follow(config)
        self._duties.follow(config)
        await self._onward.follow(config.influx, group)
        await self._sources.follow(config, self._decoding.tables, group)

    def _context(self, settings: CollectorConfig) -> SourceContext:
        return SourceContext(
            self._store,
            self._tally,
            self._clock,
            settings,
            self._names,
            self._decoding,
            self._used,
        )

    async def _report_every_second(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            found = await self._store.report(self._report(self._sources.reports()))
            self._reported(is_stored=self._store.has_reported)
            if found.is_new or found.went_back_to is not None:
                self._handovers.repeat()
            await self._store.hand_over([self._names.counts.refresh], self._clock())
            await self._handovers.make(self._store, self._clock())
            await self._onward.take_annotations(self._store)
            if found.went_back_to is not None:
                self._sources.store_went_back(found.went_back_to)
                continue
            due = max(due + REPORT_SECONDS, loop.time())
            await asyncio.sleep(due - loop.time())

    def _report(self, sources: list[SourceReport], stopped: float | None = None) -> CollectorReport:
        return self._own.made(
            self._clock(), self._decoding.interval, sources, stopped, self._onward.trouble
        )
