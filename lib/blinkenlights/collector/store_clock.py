"""The clock of the store, which is one for all collectors however their own may differ."""

import logging
from collections.abc import Awaitable, Callable

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.plugin.words import span
from blinkenlights.store.client import StoreClient

log = logging.getLogger("blinkenlights.collector")


async def time_of(store: StoreClient) -> float:
    """Return what time it is in the store, seconds since the epoch; raises a StoreError."""
    seconds, microseconds = await store.ask(store.redis.time())
    return float(seconds) + float(microseconds) / 1e6


class StoreClock:
    """Reads the clock of the store, and says once when it and ours differ.

    Args:
        read: Gives its time.
    """

    def __init__(self, read: Callable[[StoreClient], Awaitable[float]] = time_of) -> None:
        self._read = read
        self._is_apart = False

    async def now(self, store: StoreClient, ours: float) -> float:
        """Return the present as the store has it, beside ours; raises a StoreError."""
        now = await self._read(store)
        ahead = now - ours
        was, self._is_apart = self._is_apart, abs(ahead) > CLOCK_TOLERANCE
        if self._is_apart and not was:
            log.warning(
                "the clock of the store is %s %s ours: set both; what is usual is learned by the "
                "clock of the store, and not at all while no collector agrees with it",
                span(abs(ahead)),
                "ahead of" if ahead > 0 else "behind",
            )
        return now
