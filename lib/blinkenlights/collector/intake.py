"""From what a source receives to what is stored of it, in order; shared by all kinds of sources."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import (
    INTERNAL_ERROR,
    Message,
    Refused,
    samples,
)
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.portions import REASON, Written, in_portions
from blinkenlights.collector.session import Confirm, Session
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.collector.watermark import Progress, Span
from blinkenlights.config import CollectorConfig
from blinkenlights.errors import StoreError
from blinkenlights.kinds.signal import Decode
from blinkenlights.masking import masked
from blinkenlights.outage import SAID_AGAIN_SECONDS
from blinkenlights.plugin.words import moment
from blinkenlights.store.batch import Batch
from blinkenlights.store.report import Gap, source_id

log = logging.getLogger("blinkenlights.collector")


class SourceContext(NamedTuple):
    """What all sources of a collector share."""

    store: RetryingStore
    tally: Tally
    clock: Clock
    """Tells the sources of each break before it gives the time after it."""
    settings: CollectorConfig
    names: NameBounds
    interval: int
    """Seconds between two messages of a sender that does not say."""
    decoders: Mapping[str, Decode]
    """By the name of the signal."""
    used: Collection[str] = ()
    """Ids of sources by which something came before this collector started."""


class Chunk(NamedTuple):
    """Messages that are stored together."""

    messages: list[Message]
    receipt: float
    live: bool
    settle: "Settle"
    turn: int
    """Which of the connections, counted by their losses, it came by."""


class Moment(NamedTuple):
    """Everything sent before `time` is in the chunks ahead of it, if `turn` still lasts."""

    time: float
    turn: int


Settle = Callable[[Chunk, Sequence[Refused]], Awaitable[None]]
"""Does what is due to messages once they are stored, such as acknowledging them."""


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
        self._decode = decode
        self._is_now = is_now
        self._session = Session(self.source)
        self._size = context.settings.batch_size
        self._gathering: list[Message] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due: deque[Chunk | Moment] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._failed_before = False
        self._said = ""
        self._said_at = 0.0

    def add(self, message: Message) -> None:
        """Take a message, to be stored with others within `batch_seconds`."""
        gathering = self._gathering
        gathering.append(message)
        self.in_hand += 1
        if self._timer is None:
            seconds = self._context.settings.batch_seconds
            self._timer = asyncio.get_running_loop().call_later(seconds, self._has_enough)
        if len(gathering) == self._size:
            self._has_enough()

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

    def _has_enough(self) -> None:
        """Close the batch, unless it may grow while the one before it is on its way.

        The more messages of a backlog travel together, the less work each of them is. When they
        came does not matter to them; for one that was just sent it does.
        """
        if self._idle.is_set() or self.progress.is_live(self._context.clock()):
            self.seal()

    def _had_enough(self) -> bool:
        """Return whether what is being gathered has grown since it was enough."""
        timer = self._timer
        return timer is not None and (
            len(self._gathering) >= self._size or timer.when() <= asyncio.get_running_loop().time()
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
        try:
            written = await self._write(chunk, chunk.messages, gives_up=len(chunk.messages) > 1)
        except StoreError as error:
            written = await self._write_in_portions(chunk, error)
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

    async def _write(
        self,
        chunk: Chunk,
        messages: Sequence[Message],
        *,
        again: bool = False,
        gives_up: bool = False,
    ) -> Written:
        """Return what became of messages of a chunk; raises a StoreError where it may give up.

        Some of them may have been stored before, which `again` says.
        """
        _, receipt, live, _, turn = chunk
        arrival = self._session.next_arrival(receipt, turn, live=live, again=again)
        batch, refused, events = await self._context.names.read(
            messages, self._decode, arrival, is_now=self._is_now
        )
        if refused:
            self._say_once_what_failed(refused)
            batch.samples = samples(refused, self.address, receipt)
        lived = await self._context.store.store(batch, gives_up=gives_up)
        self._session.stored(batch, asyncio.get_running_loop().time())
        return Written(events, refused, lived)

    async def _write_in_portions(self, chunk: Chunk, error: StoreError) -> Written:
        """Return what became of a chunk that the store does not take as a whole."""
        log.warning(
            "%s: the store does not take these %d messages together: %s; storing fewer at once",
            self.address,
            len(chunk.messages),
            error,
        )
        written = await in_portions(
            chunk.messages, lambda some: self._write(chunk, some, again=True, gives_up=True)
        )
        if written is None:
            return await self._write(chunk, chunk.messages, again=True)
        stuck = [each for each in written.refused if each.why.reason == REASON]
        if stuck:
            log.error(
                "%s: the store refuses %d messages, which count as rejected: %s",
                self.address,
                len(stuck),
                masked(stuck[0].why.detail),
            )
            shown = samples(stuck, self.address, chunk.receipt)
            counts = Counter({f"rejected:{REASON}": len(stuck)})
            await self._context.store.store(Batch(counts=counts, samples=shown))
        return written

    async def _advance(self, moment: Moment) -> None:
        """Move the watermark to `moment`, after what was missed before it is on record."""
        proof = self._session.proof(asyncio.get_running_loop().time())
        if proof is not None:
            await self._context.store.store(proof)
        if moment.turn != self.progress.turn:
            return
        missed = self.progress.missed(moment.time)
        if missed is not None:
            await self._record(missed)
        # Meanwhile the source may have been lost, so that there is more to record first.
        if moment.turn == self.progress.turn:
            self.progress.reached(moment.time)

    async def _record(self, missed: Span) -> None:
        if not self.progress.only_we_know():
            # Another collector may have listened to the same queue all the while.
            others = await self._context.store.watermarks(self._context.clock())
            missed = Span(max(missed.start, others.get(self.source, 0.0)), missed.end)
            if not self.progress.matters(missed):
                return
        gap = Gap(source=self.source, start=missed.start, end=missed.end, reason=self.deaf_because)
        await self._context.store.add_gap(gap)
        ticks = asyncio.get_running_loop().time()
        if self.deaf_because == self._said and ticks - self._said_at < SAID_AGAIN_SECONDS:
            return
        self._said, self._said_at = self.deaf_because, ticks
        log.warning(
            # Without its length: what had failed was away for another time, and says so.
            "%s: not heard from %s to %s, %s; silence in that time is not held against anybody",
            self.address,
            moment(missed.start).removesuffix(" UTC"),
            moment(missed.end),
            self.deaf_because,
        )

    def _say_once_what_failed(self, refused: Sequence[Refused]) -> None:
        failed = [each.why for each in refused if each.why.reason == INTERNAL_ERROR]
        if failed and not self._failed_before:
            self._failed_before = True
            log.error(
                "%s: our own code failed on a message, which counts as rejected: %s",
                self.address,
                masked(failed[0].detail),
            )


async def _nothing_is_due(_chunk: Chunk, _refused: Sequence[Refused]) -> None:
    pass
