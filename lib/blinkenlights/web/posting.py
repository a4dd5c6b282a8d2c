"""Signals that come by HTTP: a source like the sockets of a collector, answered when stored."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.intake import SUSPENDED, Chunk, Intake, SourceContext
from blinkenlights.collector.lines import LOOK_SECONDS, line_decoder
from blinkenlights.collector.suspension import Pace
from blinkenlights.collector.watermark import Progress
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.signal import Decode, Fact, Properties
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.store.report import SourceReport, source_id
from blinkenlights.web.problems import Unavailable

STORED_SECONDS = 10.0
"""How long a sender waits for the store."""
MOST_SAID = 100
"""Rejected lines that an answer names."""
_ONLY_SOURCE = "only_source"

log = logging.getLogger("blinkenlights.web")


class RejectedLine(msgspec.Struct, frozen=True):
    """A line that holds no fact."""

    line: int
    """From 1."""
    reason: str
    detail: str


class Stored(msgspec.Struct, frozen=True):
    """What became of what was posted."""

    stored: int
    rejected: int
    lines: list[RejectedLine]
    """Those that were rejected, the first hundred."""


class Posting:
    """What was posted in one request."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._refused: list[RejectedLine] = []
        self._stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._size = size

    async def stored(self) -> Stored:
        """Return what became of it, when all of it is in the store."""
        await self._stored
        number = len(self._refused)
        return Stored(self._size - number, number, self._refused[:MOST_SAID])

    def settle(self, line: int, why: Rejected | None) -> None:
        """Note that one of its lines is in the store, as a fact or as a reject."""
        if why is not None:
            self._refused.append(RejectedLine(line, why.reason, why.detail[:200]))
        self._left -= 1
        if not self._left and not self._stored.done():
            self._refused.sort(key=lambda each: each.line)
            self._stored.set_result(None)


class PostedLine:
    """How a line came. `routing_key` is the kind, empty where the line names it itself."""

    __slots__ = ("exchange", "number", "posting", "redelivered", "routing_key")

    def __init__(self, posting: Posting, number: int, kind: str, *, again: bool) -> None:
        self.exchange = ""
        self.routing_key = kind
        self.redelivered = again
        self.posting = posting
        self.number = number


class Sender(NamedTuple):
    """What is known of who posted a line, as properties of it."""

    headers: Mapping[str, object]


def posted_decoder(decoders: Mapping[str, Decode]) -> Decode:
    """Return what decodes a posted line, unless its sender may not say what it says."""
    by_its_kind = line_decoder(decoders)

    def decode(
        line: bytes,
        kind: str,
        sender: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Fact | Skipped | Rejected:
        of_kind = decoders[kind] if kind else by_its_kind
        fact = of_kind(line, "", None, receipt, "")
        only = sender.headers.get(_ONLY_SOURCE) if sender and sender.headers else None
        if only is None or isinstance(fact, Rejected | Skipped):
            return fact
        if isinstance(fact, Transfer | Started) and fact.source == only:
            return fact
        return Rejected("not yours", f"this token is for transfers of the source {only!r} only")

    return decode


class PostSource:
    """A source that takes what is posted, until closed.

    Args:
        name: Of the collector that it is part of.
        around: What all its sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    def __init__(self, name: str, around: SourceContext, watermarks: Mapping[str, float]) -> None:
        self.address = f"http on {name}"
        known = watermarks.get(source_id(self.address))
        self.progress = Progress(around.interval, known, around.clock())
        self._around = around
        decode = posted_decoder(around.decoders)
        self._intake = Intake(self.address, around, self.progress, decode, is_now=True)
        self._intake.settle = _settle
        self._closing = asyncio.Event()
        self._connected = False

    async def post(
        self, lines: Sequence[bytes], kind: str, *, again: bool, only_source: str | None
    ) -> Stored:
        """Return what became of lines, when they are in the store; raises Unavailable.

        Args:
            lines: One signal each.
            kind: Theirs; empty where each names its own.
            again: They may have been posted before.
            only_source: The one source of transfers that they may be about.
        """
        if self._closing.is_set():
            raise Unavailable(5, "the server ends; nothing was taken")
        room = self._around.settings.prefetch - self._intake.in_hand
        if self._intake.in_hand and len(lines) > room:
            raise Unavailable(1, "the store does not take what was sent before; nothing was taken")
        if not lines:
            return Stored(0, 0, [])
        posting = Posting(len(lines))
        sender = None if only_source is None else Sender({_ONLY_SOURCE: only_source})
        for number, line in enumerate(lines, start=1):
            self._intake.add((line, PostedLine(posting, number, kind, again=again), sender))
        try:
            async with asyncio.timeout(STORED_SECONDS):
                return await posting.stored()
        except TimeoutError:
            raise Unavailable(
                5,
                "the store is away; what was sent may still be stored, so send it with again=true",
            ) from None

    def report(self) -> SourceReport:
        """Return how far this source is."""
        return SourceReport(
            source=self._intake.source,
            kind="",
            transport="http",
            address=self.address,
            connected=self._connected,
            watermark=min(self.progress.watermark, self._around.clock()),
            ready=None,
            error="" if self._connected else "not taking anything yet",
            is_unused=not self._intake.has_heard,
        )

    def store_went_back(self, moment: float) -> None:
        """Note that what was stored after `moment` is lost."""
        self._intake.interrupted("the store came back from an older copy", moment, lost=True)

    def close(self) -> None:
        """Let `run` come to its end."""
        self._closing.set()

    async def run(self) -> None:
        """Take what is posted until `close`; then store what is in hand."""
        async with asyncio.TaskGroup() as group:
            storing = group.create_task(self._intake.run())
            self.progress.listening(lost=True)
            self._connected = True
            try:
                await self._watch()
            finally:
                self._connected = False
            await self._intake.finish()
            storing.cancel()

    async def _watch(self) -> None:
        """Move the watermark along with the present, as nothing waits anywhere."""
        pace = Pace(self._around.clock, asyncio.get_running_loop().time)
        while not self._closing.is_set():
            now = self._around.clock()
            if pace.broke():
                self._intake.interrupted(SUSPENDED, now, lost=True)
            else:
                self.progress.nothing_waited(now)
                self._intake.caught_up(now)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pace.rest(LOOK_SECONDS)):
                    await self._closing.wait()


PostSourceOf = Callable[[SourceContext, Mapping[str, float]], PostSource]


async def _settle(chunk: Chunk, refused: Sequence[Refused]) -> None:
    why = {id(each.message): each.why for each in refused}
    for message in chunk.messages:
        origin = message[1]
        if isinstance(origin, PostedLine):
            origin.posting.settle(origin.number, why.get(id(message)))
