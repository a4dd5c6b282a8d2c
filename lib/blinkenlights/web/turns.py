"""Turns at something that serves one at a time: who asks much waits longest, for its own only."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from blinkenlights.web.problems import TooMany, Unavailable

RETRY_SECONDS = 2.0


class Turns:
    """Gives turns to all askers in a circle, whatever number of them one asker waits for.

    Args:
        most: Turns that are held or waited for at one time.
        share: The same of one asker.
    """

    def __init__(self, most: int, share: int) -> None:
        self._most = most
        self._share = share
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._is_taken = False

    @property
    def held(self) -> int:
        """How many turns are held or waited for."""
        return self._held.total()

    @asynccontextmanager
    async def turn(self, asker: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises Unavailable, or TooMany for what this asker holds."""
        if self._held[asker] >= self._share:
            raise TooMany(RETRY_SECONDS, f"{self._share} such requests of yours are at work")
        if self.held >= self._most:
            raise Unavailable(RETRY_SECONDS, "too many requests wait for the store")
        self._held[asker] += 1
        try:
            if self._is_taken:
                await self._in_line(asker)
            self._is_taken = True
            try:
                yield
            finally:
                self._pass_on()
        finally:
            self._held[asker] -= 1
            if not self._held[asker]:
                del self._held[asker]

    async def _in_line(self, asker: str) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(asker, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._leave(asker, mine)
            else:
                self._pass_on()  # it was given to us in the same moment
            raise

    def _leave(self, asker: str, mine: asyncio.Future[None]) -> None:
        line = self._waiting.get(asker)
        if line is not None and mine in line:
            line.remove(mine)
            if not line:
                del self._waiting[asker]

    def _pass_on(self) -> None:
        """Give the turn to the first one of the next asker in the circle."""
        self._is_taken = False
        while self._waiting and not self._is_taken:
            asker, line = self._waiting.popitem(last=False)
            first = line.popleft()
            if line:
                self._waiting[asker] = line
            if not first.done():
                first.set_result(None)
                self._is_taken = True
