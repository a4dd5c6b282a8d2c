"""The sources of a collector at work: opened and closed as its configuration wants them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple
from weakref import WeakValueDictionary

from blinkenlights.collector.amqp import AmqpSource
from blinkenlights.collector.canary import Canary
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.lines import LinesSource
from blinkenlights.collector.source import OpenSource, Source
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import AmqpConfig, CollectorConfig, Config, LinesConfig
from blinkenlights.store.report import SourceReport

log = logging.getLogger("blinkenlights.collector")


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


class RunningSources:
    """Sources that are opened and closed.

    Args:
        name: Of the collector.
        others: Sources beside those that are configured.
        context_of: Returns what sources of some settings share.
    """

    def __init__(
        self,
        name: str,
        others: Sequence[OpenSource],
        context_of: Callable[[CollectorConfig], SourceContext],
    ) -> None:
        self.watermarks: dict[str, float] = {}
        """How far each source was ever stored, by its id."""
        self._name = name
        self._others = others
        self._context_of = context_of
        self._running: list[Running] = []
        self._canaries: WeakValueDictionary[tuple[str, ...], Canary] = WeakValueDictionary()
        """One for each broker and user, as long as a source has it."""

    async def follow(
        self, config: Config, tables: Sequence[object], group: asyncio.TaskGroup
    ) -> None:
        """Close the sources that `config` does not have any more and open those that are new.

        Args:
            config: What is wanted from now on.
            tables: What the decoders of signals are made from.
            group: Runs them.
        """
        sources: list[tuple[AmqpConfig, ...] | LinesConfig | OpenSource]
        sources = [*config.queues(), *config.lines, *self._others]
        wanted = [Wanted(source, config.collector, tables) for source in sources]
        going = [each for each in self._running if each.wanted not in wanted]
        await self._close(going, config.collector.shutdown_seconds)
        kept = [each.wanted for each in self._running]
        self._running += [self._open(each, group) for each in wanted if each not in kept]

    async def close(self, seconds: float) -> list[Source]:
        """Close all, and return them; they have so many seconds to store what is in hand."""
        last = self._running
        await self._close(last, seconds)
        return [each.source for each in last]

    def reports(self) -> list[SourceReport]:
        """Return how far each is."""
        return [each.source.report() for each in self._running]

    def clock_broke(self, broken: Break) -> None:
        """Tell them that the clock did not go on evenly."""
        for each in self._running:
            each.source.clock_broke(broken)

    def store_went_back(self, moment: float) -> None:
        """Tell them that what was stored after `moment` is lost."""
        for each in self._running:
            each.source.store_went_back(moment)

    def _open(self, wanted: Wanted, group: asyncio.TaskGroup) -> Running:
        context = self._context_of(wanted.settings)
        source: Source
        if isinstance(wanted.source, LinesConfig):
            source = LinesSource(wanted.source, context, self.watermarks)
        elif callable(wanted.source):
            source = wanted.source(context, self.watermarks)
        else:
            canary = self._canary(wanted.source[0])
            source = AmqpSource(wanted.source, context, self.watermarks, canary)
        return Running(wanted, source, group.create_task(source.run()))

    def _canary(self, source: AmqpConfig) -> Canary:
        key = (source.url, source.password_file, source.ca_file)
        canary = self._canaries.get(key) or Canary(source, self._name)
        return self._canaries.setdefault(key, canary)

    async def _close(self, going: Sequence[Running], seconds: float) -> None:
        if not going:
            return
        for each in going:
            each.source.close()
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
            self.watermarks[report.source] = report.watermark
        if late:
            await asyncio.wait(late)
        self._running = [each for each in self._running if each not in going]
