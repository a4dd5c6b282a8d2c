"""What /health says, found out by a connection of its own: no other question is in its way."""

import asyncio
from collections.abc import Callable

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.plugin import condition
from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.reports import REPORT_LIMIT
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.problems import why_no_store
from blinkenlights.web.store_thread import AbandonableReader, StoreThread

FRESH_SECONDS = 0.5
"""How old an answer may be that somebody gets: anybody may ask, as often as they like."""


class HealthProbe:
    """Asks the store whether what this server says can be relied on; once for all who ask.

    Args:
        connect: Opens a connection to the store.
        clock: The time.
    """

    def __init__(self, connect: Callable[[], AbandonableReader], clock: Clock) -> None:
        self._store = StoreThread(connect, most=1, share=1)
        self._clock = clock
        self._looking: asyncio.Task[str] | None = None
        self._looked_at = 0.0

    async def what_is_wrong(self) -> str:
        """Return what is the matter, without names or addresses; empty when nothing is."""
        now = asyncio.get_running_loop().time()
        looking = self._looking
        if looking is None or (looking.done() and now - self._looked_at > FRESH_SECONDS):
            self._looked_at = now
            looking = self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(looking)

    async def why_no_store(self) -> str:
        """Return why the store cannot be asked, without its address; empty when it can."""
        try:
            await self._store.ask(lambda store: store.ask())
        except StoreError as error:
            return why_no_store(error)
        return ""

    async def close(self) -> None:
        """Close the connection."""
        await self._store.close()

    async def _look(self) -> str:
        try:
            return await self._store.ask(lambda store: _what_is_wrong(store, self._clock()))
        except StoreError as error:
            return why_no_store(error)


def _what_is_wrong(store: StoreReader, now: float) -> str:
    *replies, memory, persistence = store.ask(*COMMANDS, *condition.COMMANDS)
    horizon = read_horizon(replies, now, None)
    collection = condition.Condition(horizon, condition.read_memory(memory + persistence))
    if collection.trouble:
        return collection.trouble
    if not any(each.running for each in horizon.collectors):
        newest = min((each.age for each in horizon.collectors), default=None)
        if newest is None:
            return "no collector has ever reported"
        return f"no collector has reported for {span(round(newest))}, limit {span(REPORT_LIMIT)}"
    if horizon.blind:
        return "no source can be heard"
    away, lag = collection.away_for or 0.0, collection.lag or 0.0
    if away > WATERMARK_LIMIT:
        return f"a source was not heard for {span(round(away))}, limit {span(WATERMARK_LIMIT)}"
    if lag > WATERMARK_LIMIT:
        return f"what is stored is {span(round(lag))} old, limit {span(WATERMARK_LIMIT)}"
    return ""
