"""Notices consumers of our queue that are no collectors of our store: what they take is lost."""

import asyncio
import logging

from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import DEAD_SECONDS
from blinkenlights.errors import StoreError
from blinkenlights.store.report import CollectorReport, source_id

log = logging.getLogger("blinkenlights.collector")

LOOK_SECONDS = 5.0
"""How often the reports of other collectors are read, while somebody else consumes at all."""
STAY_SECONDS = 30.0
"""How long somebody must have been there. A collector that starts may consume before its first
report, and one whose machine died is a consumer until the broker misses its AMQP heartbeats."""
ANSWER_SECONDS = 1.0


class ForeignConsumers:
    """Who else consumes a queue, compared with the reports in the store.

    Args:
        address: The source's.
        context: What all sources share.
    """

    def __init__(self, address: str, context: SourceContext) -> None:
        self.sentence = ""
        """What is wrong; empty while nothing is."""
        self._address = address
        self._source = source_id(address)
        self._context = context
        self._since: float | None = None
        self._next_look = 0.0

    async def look(self, consumers: int) -> None:
        """Note how many consumers the broker counts, ourselves among them."""
        if consumers <= 1:
            self._note(0, consumers)
            return
        ticks = asyncio.get_running_loop().time()
        if ticks < self._next_look:
            return
        self._next_look = ticks + LOOK_SECONDS
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reports = await self._context.store.known_reports()
        except (StoreError, TimeoutError):
            return
        collectors = 1 + sum(self._is_served_by(report) for report in reports)
        self._note(consumers - collectors, consumers)

    def _is_served_by(self, other: CollectorReport) -> bool:
        return (
            other.name != self._context.settings.name
            and other.stopped is None
            and abs(self._context.clock() - other.beat) <= DEAD_SECONDS
            and any(source.source == self._source for source in other.sources)
        )

    def _note(self, foreign: int, consumers: int) -> None:
        now = self._context.clock()
        if foreign <= 0:
            if self.sentence:
                log.warning("%s: all consumers are collectors of this store again", self._address)
            self._since, self.sentence = None, ""
            return
        if self._since is None:
            self._since = now
        if now - self._since < STAY_SECONDS:
            return
        is_new = not self.sentence
        self.sentence = (
            f"{foreign} of {consumers} consumers are no collectors of this store: "
            f"what they take is never heard"
        )
        if is_new:
            log.warning("%s: %s", self._address, self.sentence)
