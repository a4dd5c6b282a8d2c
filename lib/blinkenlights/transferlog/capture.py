"""Takes a queue, or what is wanted of it, into daily files, each message once, whoever is killed.

A batch is written and fsynced, and then acknowledged in one transaction with a mark that says up to
where the file is acknowledged; see mark.py. So after a crash at any point, everything in the file
before the mark is acknowledged and nothing behind it is. The messages of the lines behind it will
be delivered again, marked as redelivered, and that many are recognised by what is in them: body,
routing key and properties. They are acknowledged and not written twice. What had not been written
is not behind the mark, so it is written now. Two equal messages are two lines throughout,
because the mark tells which of them was acknowledged.

Without a mark, which is after the broker was restarted or when the files were moved, the last 16 MB
of lines are compared instead. Only there can something go wrong: of two messages equal in
everything, one written before the restart and one not, the second is taken for the first.

That nobody else takes from the queue is part of this, so we are its exclusive consumer.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import AmqpConfig
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.outage import Backoff, Outage
from blinkenlights.transferlog.compression import compress
from blinkenlights.transferlog.dayfiles import DayFiles, Position
from blinkenlights.transferlog.deliveries import Deliveries
from blinkenlights.transferlog.line import identity, line
from blinkenlights.transferlog.mark import Mark
from blinkenlights.transferlog.matching import Test
from blinkenlights.transferlog.message import Message
from blinkenlights.transferlog.queues import bind

log = logging.getLogger("blinkenlights.capture")

PREFETCH = 4000
BATCH = 1000
LINGER_SECONDS = 0.1
"""How long a message waits for others to share its fsync."""
AGAIN_SECONDS = 2.0
"""How long to wait for what should be delivered again."""
IDLE_SECONDS = 30.0
"""How often to look whether the day is over while nothing comes."""


class Capture:
    """Captures a queue into a folder.

    Args:
        source: The queue, and what it is bound to.
        folder: For the files.
        clock: The time.
        is_wanted: Which transfers are written; all else is acknowledged and left out. None for
            everything, also what is no transfer.

    Raises:
        UsageError: The folder cannot be used.
    """

    def __init__(
        self,
        source: AmqpConfig,
        folder: Path,
        clock: Clock = wall_clock,
        is_wanted: Test | None = None,
    ) -> None:
        self._source = source
        self._is_of_interest = is_wanted
        self._clock = clock
        self._session = Session(source, "blinkenlights log --capture", "its messages wait there")
        self._address = f"{source.queue} at {self._session.address}"
        self._mark = Mark(source.queue, self._session.address)
        self._files = DayFiles(folder)
        self._outage = Outage(str(folder), "nothing is acknowledged before it is written")
        self._again: Counter[bytes] = Counter()
        """What is written and will be delivered again."""
        self._packing: asyncio.Task[None] | None = None
        self._look_at = 0.0
        """When to look for files to compress, by the loop's clock."""

    async def run(self) -> None:
        """Capture until `stop`."""
        with self._files:
            try:
                await self._session.run(self._capture)
            finally:
                if self._packing is not None:
                    await self._packing

    def stop(self) -> None:
        """Let `run` come to its end, with what is in hand written and acknowledged."""
        self._session.stop()

    async def _capture(self, connection: BrokerConnection) -> None:
        source, session = self._source, self._session
        await connection.declare_queue(source.queue)
        await bind(connection, source)
        await self._mark.declare(connection)
        channel = await connection.channel()
        await channel.ask(channel.raw.tx_select)
        deliveries = Deliveries(channel, session)
        await deliveries.start(source.queue, PREFETCH, exclusive=True)
        # Only now is whoever consumed before us gone, and the mark his last.
        position = await self._mark.read(connection)
        log.info("capturing %s into %s", self._address, self._files.folder)
        batch = await self._resume(channel, deliveries, position)
        while not session.stopping:
            await self._store(channel, batch)
            session.works()
            self._compress()
            batch = await deliveries.next(BATCH, linger=LINGER_SECONDS, patience=IDLE_SECONDS)

    async def _resume(
        self, channel: BrokerChannel, deliveries: Deliveries, position: Position | None
    ) -> list[Message]:
        """Acknowledge what is written already, all at once; return the others that came with it.

        A mark cannot stand between lines of which some are acknowledged and some are not.
        """
        written = await asyncio.to_thread(self._files.written_after, position)
        self._again = written.lines
        missing = self._again.total()
        found: list[Message] = []
        while missing > sum(map(self._is_wanted, found)) and len(found) < PREFETCH:
            more = await deliveries.next(PREFETCH, patience=AGAIN_SECONDS)
            found += more
            if not more or not more[-1].redelivered:
                break
        known: list[int] = []
        others: list[Message] = []
        for each in found:
            if self._is_written(each):
                known.append(each.tag)
            else:
                others.append(each)
        if known:
            await self._mark.commit(channel, written.end, known)
        return others

    async def _store(self, channel: BrokerChannel, batch: Sequence[Message]) -> None:
        """Write, and acknowledge what is written."""
        receipt = self._clock()
        lines = [
            line(each, receipt)
            for each in batch
            if self._is_wanted(each) and not self._is_written(each)
        ]
        if await self._write(channel, b"".join(lines), receipt) and batch:
            await self._mark.commit(channel, self._files.position, through=batch[-1].tag)

    def _is_wanted(self, message: Message) -> bool:
        if self._is_of_interest is None:
            return True
        fact = message.fact()
        return isinstance(fact, Transfer | Started) and self._is_of_interest(fact)

    def _is_written(self, message: Message) -> bool:
        """Return whether a message is in a file already; each line there answers for one."""
        if not (self._again and message.redelivered):
            return False
        what = identity(line(message, 0))
        if not self._again[what]:
            return False
        self._again[what] -= 1
        return True

    async def _write(self, channel: BrokerChannel, lines: bytes, now: float) -> bool:
        """Write whole lines, however long that takes; returns False when it is time to stop."""
        backoff = Backoff()
        while not self._session.stopping:
            try:
                if await asyncio.to_thread(self._files.turn_to, now):
                    self._look_at = 0.0
                    # So that whatever is not acknowledged stands behind the mark in its own file.
                    await self._mark.commit(channel, self._files.position)
                if lines:
                    await asyncio.to_thread(self._files.append, lines)
            except OSError as error:
                self._outage.failed("write", error.strerror)
                await self._session.rest(backoff.pause())
            else:
                self._outage.worked("write")
                return True
        return False

    def _compress(self) -> None:
        """Begin to compress the files of days that are over; all in them is acknowledged."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at or not (self._packing is None or self._packing.done()):
            return
        finished = self._files.finished()
        if finished:
            self._packing = asyncio.create_task(asyncio.to_thread(self._pack, finished[0]))
        if len(finished) <= 1:
            self._look_at = now + IDLE_SECONDS

    def _pack(self, path: Path) -> None:
        try:
            compress(path, lambda: self._session.stopping)
        except OSError as error:
            # The file stays as it is, and its turn comes again.
            self._outage.failed("compress", f"{path.name}: {error.strerror}")
        else:
            self._outage.worked("compress")
