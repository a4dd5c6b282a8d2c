"""What is stored of a chunk of messages, and what is said when the store does not take it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from blinkenlights.collector.batch import INTERNAL_ERROR, Message, Refused, samples
from blinkenlights.collector.portions import REASON, Written, in_portions
from blinkenlights.collector.session import Session
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.errors import StoreError
from blinkenlights.kinds.signal import Decode
from blinkenlights.masking import masked
from blinkenlights.store.batch import Batch

log = logging.getLogger("blinkenlights.collector")


class Chunk(NamedTuple):
    """Messages that are stored together."""

    messages: list[Message]
    receipt: float
    live: bool
    settle: "Settle"
    turn: int
    """Which of the connections, counted by their losses, it came by."""


Settle = Callable[[Chunk, Sequence[Refused]], Awaitable[None]]
"""Does what is due to messages once they are stored, such as acknowledging them."""


class ChunkWriter:
    """Stores the chunks of one source, one after the other.

    Args:
        address: The source.
        context: What all sources share.
        session: In which the source's batches are numbered.
        decode: Reads its messages.
        is_now: A message cannot have waited, so one without a time is of when it came.
    """

    def __init__(
        self,
        address: str,
        context: SourceContext,
        session: Session,
        decode: Decode,
        *,
        is_now: bool,
    ) -> None:
        self._address = address
        self._context = context
        self._session = session
        self._decode = decode
        self._is_now = is_now
        self._failed_before = False

    async def write(self, chunk: Chunk) -> Written:
        """Return what became of the messages of a chunk, however long the store is away."""
        try:
            return await self._write(chunk, chunk.messages, gives_up=len(chunk.messages) > 1)
        except StoreError as error:
            return await self._write_in_portions(chunk, error)

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
        reading = await self._context.names.read(
            messages, self._decode, arrival, is_now=self._is_now
        )
        batch, refused = reading.batch, reading.refused
        if refused:
            self._say_once_what_failed(refused)
            batch.samples = samples(refused, self._address, receipt)
        lived = await self._context.store.store(batch, gives_up=gives_up)
        self._session.stored(batch, asyncio.get_running_loop().time())
        return Written(reading.events, refused, lived)

    async def _write_in_portions(self, chunk: Chunk, error: StoreError) -> Written:
        """Return what became of a chunk that the store does not take as a whole."""
        log.warning(
            "%s: the store does not take these %d messages together: %s; storing fewer at once",
            self._address,
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
                self._address,
                len(stuck),
                masked(stuck[0].why.detail),
            )
            shown = samples(stuck, self._address, chunk.receipt)
            counts = Counter({f"rejected:{REASON}": len(stuck)})
            await self._context.store.store(Batch(counts=counts, samples=shown))
        return written

    def _say_once_what_failed(self, refused: Sequence[Refused]) -> None:
        failed = [each.why for each in refused if each.why.reason == INTERNAL_ERROR]
        if failed and not self._failed_before:
            self._failed_before = True
            log.error(
                "%s: our own code failed on a message, which counts as rejected: %s",
                self._address,
                masked(failed[0].detail),
            )
