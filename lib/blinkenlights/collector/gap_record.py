"""When a source was not heard, on record in the store and in the log."""

import asyncio
import logging

from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.watermark import Progress, Span
from blinkenlights.outage import SAID_AGAIN_SECONDS
from blinkenlights.plugin.words import moment
from blinkenlights.store.report import Gap, source_id

log = logging.getLogger("blinkenlights.collector")


class GapRecord:
    """Records the gaps of one source.

    Args:
        address: The source.
        context: What all sources share.
        progress: How far it is stored.
    """

    def __init__(self, address: str, context: SourceContext, progress: Progress) -> None:
        self._address = address
        self._source = source_id(address)
        self._context = context
        self._progress = progress
        self._said = ""
        self._said_at = 0.0

    async def add(self, missed: Span, because: str) -> None:
        """Record a span in which nothing was heard, unless another collector heard all of it."""
        if not self._progress.only_we_know():
            # Another collector may have listened to the same queue all the while.
            others = await self._context.store.watermarks(self._context.clock())
            missed = Span(max(missed.start, others.get(self._source, 0.0)), missed.end)
            if not self._progress.matters(missed):
                return
        gap = Gap(source=self._source, start=missed.start, end=missed.end, reason=because)
        await self._context.store.add_gap(gap)
        ticks = asyncio.get_running_loop().time()
        if because == self._said and ticks - self._said_at < SAID_AGAIN_SECONDS:
            return
        self._said, self._said_at = because, ticks
        log.warning(
            # Without its length: what had failed was away for another time, and says so.
            "%s: not heard from %s to %s, %s; silence in that time is not held against anybody",
            self._address,
            moment(missed.start).removesuffix(" UTC"),
            moment(missed.end),
            because,
        )
