"""The store for the event loop: one thread with one connection, one question after the other.

The reader of the checks waits for its answers. A thread of its own lets it, and there is one only,
so that a crowd of readers is never a crowd of connections to the store. What nobody waits for any
more is not asked.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from blinkenlights.errors import StoreUnreachable
from blinkenlights.outage import Outage
from blinkenlights.store.reader import Command, Reply, StoreReader
from blinkenlights.web.turns import Turns

T = TypeVar("T")

CONNECTED_SECONDS = 5.0
"""How long a connection is used. A proxy in front of two stores sends new connections to the new
primary and may leave old ones at what was the primary before, where time has stopped."""


class Abandoned(Exception):  # noqa: N818 - no error
    """Nobody waits for the answer any more."""


class AbandonableReader(StoreReader):
    """Asks the store as long as somebody waits for what is made of its answers."""

    abandoned: threading.Event | None = None
    """Set when nobody does."""

    def ask(self, *commands: Command) -> list[Reply]:
        """Do the same as any reader; raises Abandoned as well, with nothing sent."""
        if self.abandoned is not None and self.abandoned.is_set():
            raise Abandoned
        return super().ask(*commands)


class StoreThread:
    """Asks the store.

    Args:
        connect: Opens a connection; called again when one broke or was used for long enough.
        most: Questions that wait or are at work at one time.
        share: The same of one asker.
        ticks: Seconds of a clock that nobody sets.
    """

    def __init__(
        self,
        connect: Callable[[], AbandonableReader],
        *,
        most: int,
        share: int,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._ticks = ticks
        self._reader: AbandonableReader | None = None
        self._connected_at = 0.0
        self.turns = Turns(most, share)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._outage = Outage(
            "the store", "until it answers, everybody is told that nothing is known"
        )

    async def ask(self, work: Callable[[StoreReader], T], asker: str = "") -> T:
        """Return what `work` makes of the store; raises what it raises, mostly a StoreError.

        When we are cancelled, `work` is not begun, or ends where it asks the store next. Raises
        Unavailable when too many wait already, and TooMany when they are this asker's.
        """
        loop = asyncio.get_running_loop()
        abandoned = threading.Event()
        async with self.turns.turn(asker):
            try:
                answer = await loop.run_in_executor(self._executor, self._ask, work, abandoned)
            except StoreUnreachable as error:
                self._outage.failed("ask", error)
                raise
            except asyncio.CancelledError:
                abandoned.set()
                raise
        self._outage.worked("ask")
        return answer

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self._drop)
        self._executor.shutdown(wait=False)

    def _ask(self, work: Callable[[StoreReader], T], abandoned: threading.Event) -> T:
        if self._ticks() - self._connected_at >= CONNECTED_SECONDS:
            self._drop()
        is_old = self._reader is not None
        try:
            return self._try(work, abandoned)
        except StoreUnreachable:
            # A store that was restarted has closed the connection while nobody asked.
            if is_old:
                return self._try(work, abandoned)
            raise

    def _try(self, work: Callable[[StoreReader], T], abandoned: threading.Event) -> T:
        if abandoned.is_set():
            raise Abandoned
        if self._reader is None:
            self._reader = self._connect()
            self._connected_at = self._ticks()
        self._reader.abandoned = abandoned
        try:
            return work(self._reader)
        except Abandoned:
            raise
        except BaseException:
            # Replies that nobody read would be taken for those to the next question.
            self._drop()
            raise

    def _drop(self) -> None:
        if self._reader is not None:
            self._reader.__exit__(None, None, None)
            self._reader = None
