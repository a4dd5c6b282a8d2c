"""The collector: its sources, its report every second, and what happens on SIGTERM and SIGHUP."""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol
from weakref import WeakValueDictionary

import msgspec

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.amqp import AmqpSource
from blinkenlights.collector.canary import Canary
from blinkenlights.collector.decoding import Decoding, as_it_is, decoding
from blinkenlights.collector.duties import Duties
from blinkenlights.collector.guarded_clock import Break, GuardedClock
from blinkenlights.collector.handovers import Handovers
from blinkenlights.collector.known_sources import furthest, used
from blinkenlights.collector.lines import LinesSource
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.onward import Onward
from blinkenlights.collector.own_name import refuse_a_name_in_use, warn_of_a_borrowed_name
from blinkenlights.collector.own_report import OwnReport
from blinkenlights.collector.source import OpenSource, Source
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.config import AmqpConfig, CollectorConfig, Config, LinesConfig
from blinkenlights.errors import StoreLayout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import CollectorReport

log = logging.getLogger("blinkenlights.collector")

REPORT_SECONDS = 1.0


class Reported(Protocol):
    """Is told of each report of a collector."""

    def __call__(self, *, is_stored: bool) -> None:
        """Take note; `is_stored` is whether one was stored since the start."""


def _nobody(*, is_stored: bool) -> None:
    del is_stored


class Wanted(NamedTuple):
    """Everything a source depends on: while it is equal, the source can stay."""

    source: tuple[AmqpConfig, ...] | LinesConfig | OpenSource
    """The tables of one queue, that of one socket, or what makes a source of another sort."""
    settings: CollectorConfig
    tables: Sequence[object]
    """What the decoders of signals are made from."""


class Running(NamedTuple):
    """A source at work."""

    wanted: Wanted
    source: Source
    task: asyncio.Task[None]


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
        self._others = others
        self._guarded = guarded
        self._next_config: Config | None = None
        self._clock = GuardedClock(clock, self._clock_broke)
        self._onward = Onward(config.collector.name, self._clock)
        client = StoreClient.of(config.store.settings())
        self._store = RetryingStore(client, self._clock, self._onward.take)
        self._tally = Tally(time.monotonic)
        self._names = NameBounds(self._store, time.monotonic, config)
        self._own = OwnReport(config.collector.name, self._clock(), self._tally, self._names.counts)
        self._watermarks: dict[str, float] = {}
        self._used: set[str] = set()
        """Ids of sources by which something came before we started."""
        self._running: list[Running] = []
        self._canaries: WeakValueDictionary[tuple[str, ...], Canary] = WeakValueDictionary()
        """One for each broker and user, as long as a source has it."""
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
            self._watermarks = furthest(reports, self._clock())
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
                last = self._running
                await self._close(last)
                reporting.cancel()
                working.cancel()
                await self._onward.close()
                watching.cancel()
            await self._store.report(self._report(last, stopped=self._clock()))
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
        """Close the sources that `config` does not have any more and open those that are new."""
        self._used |= used([self._report(self._running)])
        self._decoding = self._guarded(decoding(config))
        self._names.counts.settings = config
        self._handovers.follow(config)
        self._duties.follow(config)
        await self._onward.follow(config.influx, group)
        sources: list[tuple[AmqpConfig, ...] | LinesConfig | OpenSource]
        sources = [*config.queues(), *config.lines, *self._others]
        wanted = [Wanted(source, config.collector, self._decoding.tables) for source in sources]
        await self._close([each for each in self._running if each.wanted not in wanted])
        kept = [each.wanted for each in self._running]
        self._running += [self._open(each, group) for each in wanted if each not in kept]

    def _open(self, wanted: Wanted, group: asyncio.TaskGroup) -> Running:
        context = SourceContext(
            self._store,
            self._tally,
            self._clock,
            wanted.settings,
            self._names,
            self._decoding,
            self._used,
        )
        source: Source
        if isinstance(wanted.source, LinesConfig):
            source = LinesSource(wanted.source, context, self._watermarks)
        elif callable(wanted.source):
            source = wanted.source(context, self._watermarks)
        else:
            canary = self._canary(wanted.source[0])
            source = AmqpSource(wanted.source, context, self._watermarks, canary)
        return Running(wanted, source, group.create_task(source.run()))

    def _canary(self, source: AmqpConfig) -> Canary:
        key = (source.url, source.password_file, source.ca_file)
        canary = self._canaries.get(key) or Canary(source, self._config.collector.name)
        return self._canaries.setdefault(key, canary)

    def _clock_broke(self, broken: Break) -> None:
        for each in self._running:
            each.source.clock_broke(broken)

    async def _close(self, going: list[Running]) -> None:
        """Give sources `shutdown_seconds` to store what they have in hand."""
        if not going:
            return
        for each in going:
            each.source.close()
        seconds = self._config.collector.shutdown_seconds
        _, late = await asyncio.wait([each.task for each in going], timeout=seconds)
        for each in going:
            if each.task in late:
                each.task.cancel()
                log.warning(
                    "%s: not everything could be stored within %g seconds; "
                    "a broker gives what was not acknowledged again",
                    each.source.address,
                    seconds,
                )
            report = each.source.report()
            self._watermarks[report.source] = report.watermark
        if late:
            await asyncio.wait(late)
        self._running = [each for each in self._running if each not in going]

    async def _report_every_second(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            found = await self._store.report(self._report(self._running))
            self._reported(is_stored=self._store.has_reported)
            if found.is_new or found.went_back_to is not None:
                self._handovers.repeat()
            await self._store.hand_over([self._names.counts.refresh], self._clock())
            await self._handovers.make(self._store, self._clock())
            await self._onward.take_annotations(self._store)
            if found.went_back_to is not None:
                for each in self._running:
                    each.source.store_went_back(found.went_back_to)
                continue
            due = max(due + REPORT_SECONDS, loop.time())
            await asyncio.sleep(due - loop.time())

    def _report(self, running: list[Running], stopped: float | None = None) -> CollectorReport:
        sources = [each.source.report() for each in running]
        return self._own.made(
            self._clock(), self._decoding.interval, sources, stopped, self._onward.trouble
        )
