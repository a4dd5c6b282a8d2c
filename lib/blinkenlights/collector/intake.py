"""From what a source receives to what is stored of it, in order; shared by all kinds of sources."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.collector.batch import Message, Refused
from blinkenlights.collector.chunks import Chunk, ChunkWriter, Settle
from blinkenlights.collector.gap_record import GapRecord
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.session import Confirm, Session
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.watermark import Progress
from blinkenlights.kinds.signal import Decode
from blinkenlights.store.report import source_id

log = logging.getLogger("blinkenlights.collector")


GROWING_SECONDS = 0.25
"""How much longer messages that were just sent are gathered while the store is busy."""


class Moment(NamedTuple):
    """Everything sent before `time` is in the chunks ahead of it, if `turn` still lasts."""

    time: float
    turn: int


class Intake:
    """Gathers messages, stores them batch by batch, and moves the watermark behind them.

    A message stays in memory until it is stored; whoever adds them looks at `in_hand`.
    """

    def __init__(
        self,
        address: str,
        context: SourceContext,
        progress: Progress,
        decode: Decode,
        *,
        is_now: bool = False,
    ) -> None:
        """`is_now`: a message cannot have waited, so one without a time is of when it came."""
        self.address = address
        self.source = source_id(address)
        self.progress = progress
        self.settle: Settle = _nothing_is_due
        """For the messages that are added from now on."""
        self.deaf_because = "the collector was not running"
        """Why nothing could be heard before listening began."""
        self.in_hand = 0
        """Messages received and not yet stored."""
        self.has_heard = self.source in context.used
        """Whether any message ever came."""
        self._context = context
        self._session = Session(self.source)
        self._writer = ChunkWriter(address, context, self._session, decode, is_now=is_now)
        self._gaps = GapRecord(address, context, progress)
        self._size = context.settings.batch_size
        self._gathering: list[Message] = []
        self._timer: asyncio.TimerHandle | None = None
        self._enough_at = 0.0
        """When what is being gathered has waited for long enough, by the loop's clock."""
        self._due: deque[Chunk | Moment] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, message: Message) -> None:
        """Take a message, to be stored with others within `batch_seconds`."""
        gathering = self._gathering
        gathering.append(message)
        self.in_hand += 1
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._enough_at = loop.time() + self._context.settings.batch_seconds
            self._timer = loop.call_at(self._enough_at, self._is_time)
        if len(gathering) == self._size and self._idle.is_set():
            self.seal()

    def seal(self) -> None:
        """Close the batch that is being gathered: what comes later is not in it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._gathering:
            self.has_heard = True
            receipt = self._context.clock()
            live = self.progress.is_live(receipt)
            self._append(Chunk(self._gathering, receipt, live, self.settle, self._session.turn))
            self._gathering = []

    def _is_time(self) -> None:
        """Close the batch, unless it may grow while the one before it is on its way.

        The more messages travel together, the less work each of them is. When they came does not
        matter to those of a backlog; those that were just sent count as of when theirs is closed.
        """
        if self._idle.is_set():
            self.seal()
        elif self.progress.is_live(self._context.clock()):
            loop = asyncio.get_running_loop()
            latest = self._enough_at + GROWING_SECONDS
            if loop.time() >= latest:
                self.seal()
            else:
                self._timer = loop.call_at(latest, self._is_time)

    def _had_enough(self) -> bool:
        """Return whether what is being gathered has grown since it was enough."""
        return bool(self._gathering) and (
            len(self._gathering) >= self._size
            or asyncio.get_running_loop().time() >= self._enough_at
        )

    def confirm_with(self, confirm: Confirm) -> None:
        """Note how to ask the broker whether what is added from now on is still ours."""
        self._session.confirm = confirm

    def lost(self) -> None:
        """Note that the broker will give what is not acknowledged to somebody else, or to us."""
        self.seal()
        self._session.lost()

    def caught_up(self, moment: float) -> None:
        """Note that everything sent before `moment` has been added."""
        turn = self.progress.turn
        self.seal()
        # While the store is away these would pile up; the newest says it all.
        if self._due and isinstance(self._due[-1], Moment):
            self._due.pop()
        self._append(Moment(moment, turn))

    def interrupted(self, because: str, since: float, *, lost: bool) -> None:
        """Note that what was sent after `since` may not have been heard, though we listened.

        `lost` says that it does not wait anywhere.
        """
        if self.progress.is_caught_up:
            self.deaf_because = because
        self.progress.interrupted(since, lost=lost)

    def clock_broke(self, broken: Break, *, listens: bool, lost: bool) -> None:
        """Note that what came since a break may not have been heard, or not at that time.

        Args:
            broken: The break.
            listens: Whether the source was connected until now; else another reason stands.
            lost: What was sent meanwhile is nowhere.
        """
        because = broken.because if listens else self.deaf_because
        # Times from before a clock was set prove nothing of those after it. While we do not listen
        # the end of that proves enough, unless what is on record ends in the future now.
        is_lost = lost or (broken.set_by != 0 if listens else broken.set_by < 0)
        self.interrupted(because, broken.since, lost=is_lost)

    def give_up(self) -> None:
        """Drop what is not being stored yet: whoever delivered it has it still."""
        self.seal()
        dropped = [each for each in self._due if isinstance(each, Chunk)]
        self._due.clear()
        self.in_hand -= sum(len(each.messages) for each in dropped)

    async def finish(self) -> None:
        """Wait until everything that was added is stored and settled."""
        self.seal()
        await self._idle.wait()

    async def run(self) -> None:
        """Store what is added, until cancelled."""
        while True:
            await self._wake.wait()
            while self._due:
                each = self._due.popleft()
                if isinstance(each, Chunk):
                    await self._store(each)
                else:
                    await self._advance(each)
                if not self._due and self._had_enough():
                    self.seal()
            self._wake.clear()
            self._idle.set()

    def _append(self, each: Chunk | Moment) -> None:
        self._due.append(each)
        self._idle.clear()
        self._wake.set()

    async def _store(self, chunk: Chunk) -> None:
        written = await self._writer.write(chunk)
        if not chunk.live:
            lived = written.events if written.lived is None else written.lived
            self.progress.drained(lived, self._context.clock())
        self.in_hand -= len(chunk.messages)
        if self._session.are_gone(chunk.turn):
            log.warning(
                "%s: frozen or cut off for minutes, while the broker gave %d messages that were in "
                "hand to others; they are left to them",
                self.address,
                len(chunk.messages),
            )
        else:
            await chunk.settle(chunk, written.refused)
        self._context.tally.count(len(written.events), len(written.refused))

    async def _advance(self, moment: Moment) -> None:
        """Move the watermark to `moment`, after what was missed before it is on record."""
        proof = self._session.proof(asyncio.get_running_loop().time())
        if proof is not None:
            await self._context.store.store(proof)
        if moment.turn != self.progress.turn:
            return
        missed = self.progress.missed(moment.time)
        if missed is not None:
            await self._gaps.add(missed, self.deaf_because)
        # Meanwhile the source may have been lost, so that there is more to record first.
        if moment.turn == self.progress.turn:
            self.progress.reached(moment.time)


async def _nothing_is_due(_chunk: Chunk, _refused: Sequence[Refused]) -> None:
    pass
