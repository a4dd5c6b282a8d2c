"""Sources without a backlog: what is not taken when it is sent is lost, or its sender waits."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.intake import Intake
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import WENT_BACK
from blinkenlights.collector.watermark import Progress
from blinkenlights.kinds.signal import Decode
from blinkenlights.store.report import SourceReport, source_id

AHEAD = 5
"""How many times as many messages as of a broker are taken ahead of their storing: the more of them
travel together, the less work each is."""
LOOK_SECONDS = 0.5
"""How often the watermark moves."""


class SocketOrigin(NamedTuple):
    """How a message came that no broker delivered: there is nothing to say."""

    exchange: str = ""
    routing_key: str = ""
    redelivered: bool = False


FROM_SOCKET = SocketOrigin()


class LiveSource(ABC):
    """A source at which nothing waits while all of it is read, so its watermark is the present.

    Args:
        address: Its name for people; no two collectors have the same one.
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
        decode: Makes a fact of a message.
    """

    transport: ClassVar[str]
    """The way by which signals come, as reports have it."""
    _error = "not listening yet"
    """Why nothing is taken, while nothing is."""

    def __init__(
        self, address: str, context: SourceContext, watermarks: Mapping[str, float], decode: Decode
    ) -> None:
        self.address = address
        known = watermarks.get(source_id(address))
        self.progress = Progress(context.decoding.interval, known, context.clock())
        self._context = context
        self._intake = Intake(address, context, self.progress, decode, is_now=True)
        self._most = AHEAD * context.settings.prefetch
        """Messages in hand from which on no more are taken."""
        self._missed_some = False
        """Whether something may not have been read since the last look."""
        self._closing = asyncio.Event()
        self._is_taking = False

    def report(self) -> SourceReport:
        """Return how far this source is."""
        return SourceReport(
            source=self._intake.source,
            kind="",
            transport=self.transport,
            address=self.address,
            connected=self._is_taking,
            watermark=min(self.progress.watermark, self._context.clock()),
            ready=None,
            error="" if self._is_taking else self._error,
            is_unused=not self._intake.has_heard,
        )

    def store_went_back(self, moment: float) -> None:
        """Note that what was stored after `moment` is lost."""
        self._intake.interrupted(WENT_BACK, moment, lost=True)

    def clock_broke(self, broken: Break) -> None:
        """Note that the clock did not go on evenly; after a suspension something is lost."""
        self._missed_some = True
        if not broken.was_busy:
            self._intake.clock_broke(broken, listens=self._is_taking, lost=True)

    def close(self) -> None:
        """Let `run` come to its end."""
        self._closing.set()

    async def run(self) -> None:
        """Take what is sent until `close`; then store what is in hand."""
        async with asyncio.TaskGroup() as group:
            storing = group.create_task(self._intake.run())
            await self._take_until_closed()
            await self._intake.finish()
            storing.cancel()

    @abstractmethod
    async def _take_until_closed(self) -> None:
        """Add what is sent to the intake until closing, with `_watch` within `_taking`."""

    @contextmanager
    def _taking(self) -> Iterator[None]:
        """Count as connected; what was sent before is lost."""
        self._is_taking = True
        self.progress.listening(lost=True)
        try:
            yield
        finally:
            self._is_taking = False

    async def _watch(self) -> None:
        """Move the watermark along with the present, as nothing waits while everything is read."""
        while not self._closing.is_set():
            await self._hand_on()
            now = self._context.clock()
            if self._has_read_all() and not self._missed_some:
                self.progress.nothing_waited(now)
                self._intake.caught_up(self._handed_on(now))
            # What waited for us is read between this look and the next.
            self._missed_some = self._is_paused()
            await self._rest(LOOK_SECONDS)

    async def _hand_on(self) -> None:  # noqa: B027 - most sources gather nothing
        """Add to the intake what was gathered, if it is time."""

    def _handed_on(self, now: float) -> float:
        """Return until when everything that was read by now is added to the intake."""
        return now

    def _has_read_all(self) -> bool:
        """Return whether all that was sent is taken, as far as anybody can know at once."""
        return True

    def _is_paused(self) -> bool:
        """Return whether senders wait now, because what they sent before is not stored."""
        return False

    def _note_waiting(self, why: str) -> None:
        """Note why what is sent is not read, for the record of the gap; it waits at its sender."""
        if not self.progress.only_we_know():
            self._intake.deaf_because = why
        if not self._missed_some:
            self._missed_some = True
            self.progress.listening()

    def _note_lost(self, why: str) -> None:
        """Note why some of what was sent since the last look is lost."""
        if not self.progress.only_we_know():
            self._intake.deaf_because = why
        self.progress.listening(lost=True)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until closing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
