"""A queue of a broker as a source."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.address import connection_parameters, parse_broker
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.collector.batch import Refused
from blinkenlights.collector.bound_queue import BoundQueue
from blinkenlights.collector.canary import Canary
from blinkenlights.collector.chunks import Chunk
from blinkenlights.collector.deadletters import DeadLetters, letter_of
from blinkenlights.collector.foreign_consumers import ForeignConsumers
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.intake import Intake
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import WENT_BACK
from blinkenlights.collector.watermark import Progress
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import BrokerError, ConfigError
from blinkenlights.kinds.format import MANY_LINES_BYTES
from blinkenlights.outage import Backoff, Outage
from blinkenlights.store.report import SourceReport, source_id

log = logging.getLogger("blinkenlights.collector")

LOOK_SECONDS = 0.5
"""How often the broker is asked how many messages wait."""
HURRY_SECONDS = 0.05
"""How soon it is asked again when the answer may complete the catching up."""
STEADY_SECONDS = 10.0
"""How long consuming has to last before the next loss counts as the first one."""
QUEUE_DELETED = "the queue was deleted at the broker, with all that waited in it"
LARGEST_BODY = 65536 + 1
"""Bytes kept of a message: one more than any kind of signal takes, so that memory is bounded."""
MANY_LINES = 500
"""A message of many lines counts as so many usual ones: of `prefetch`, a 500th is taken ahead."""


def amqp_address(config: AmqpConfig) -> str:
    """Return the name of a source for people, the same for all collectors that share its queue."""
    return f"{config.queue} at {parse_broker(config.url)}"


class AmqpSource:
    """Consumes one queue, through every loss of the connection, until closed.

    Args:
        bindings: The tables that name this queue, one for each exchange.
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
        canary: Finds out whether the broker takes messages.
    """

    def __init__(
        self,
        bindings: Sequence[AmqpConfig],
        context: SourceContext,
        watermarks: Mapping[str, float],
        canary: Canary,
    ) -> None:
        # But for exchange, type, keys and passive they are equal: conflicts.py sees to that.
        config = bindings[0]
        self.address = amqp_address(config)
        self._broker = str(parse_broker(config.url))
        known = watermarks.get(source_id(self.address))
        self.progress = Progress(context.decoding.interval, known, context.clock())
        self._config = config
        self._bindings = bindings
        self._context = context
        form = (config.kind, config.format)
        decode = context.decoding.formats[form]
        self._prefetch, self._largest = context.settings.prefetch, LARGEST_BODY
        if form in context.decoding.of_many_lines:
            self._prefetch = max(10, self._prefetch // MANY_LINES)
            self._largest = MANY_LINES_BYTES + 1
        self._intake = Intake(self.address, context, self.progress, decode)
        self._outage = Outage(self.address, "connecting again")
        self._backoff = Backoff(first=0.5, longest=5.0)
        self._letters = DeadLetters(config.rejected_queue, self._broker)
        self._canary = canary
        self._alarm = ""
        self._foreign = ForeignConsumers(self.address, context)
        self._closing = False
        self._nudge = asyncio.Event()
        self._was_let_in = False
        self._connecting: asyncio.Task[BrokerConnection] | None = None
        self._connected = False
        self._ready: int | None = None
        self._error = "not connected yet"

    def report(self) -> SourceReport:
        """Return how far this source is."""
        return SourceReport(
            source=self._intake.source,
            kind=self._config.kind,
            transport="amqp",
            address=self.address,
            connected=self._connected and not self._alarm,
            watermark=min(self.progress.watermark, self._context.clock()),
            ready=self._ready if self._connected else None,
            error=(self._alarm or self._foreign.sentence) if self._connected else self._error,
        )

    def store_went_back(self, moment: float) -> None:
        """Note that what was stored after `moment` is lost."""
        self._intake.interrupted(WENT_BACK, moment, lost=True)

    def clock_broke(self, broken: Break) -> None:
        """Note that the clock did not go on evenly; what was sent meanwhile waits at the broker."""
        if not broken.was_busy:
            self._intake.clock_broke(broken, listens=self._connected, lost=False)

    def close(self) -> None:
        """Let `run` come to its end."""
        self._closing = True
        self._nudge.set()
        if self._connecting is not None:
            self._connecting.cancel()

    async def run(self) -> None:
        """Consume until `close`; then store and acknowledge what is in hand."""
        async with self._canary, asyncio.TaskGroup() as group:
            storing = group.create_task(self._intake.run())
            try:
                await self._stay_connected()
                await self._intake.finish()
            finally:
                await self._letters.close()
            storing.cancel()

    async def _stay_connected(self) -> None:
        while not self._closing:
            try:
                await self._wait_for_store()
                connection = await self._connect()
                if connection is not None:
                    await self._consume(connection)
            except (BrokerError, ConfigError) as error:
                self._error = self._intake.deaf_because = str(error)
                self._outage.failed("consume", error)
                await self._pause()

    async def _wait_for_store(self) -> None:
        """Wait while the store is lost, unless we are closing."""
        while self._context.store.is_lost() and not self._closing:
            self._nudge.clear()
            await self._rest(LOOK_SECONDS)

    async def _connect(self) -> BrokerConnection | None:
        """Return a connection, or None when closing came first."""
        parameters = connection_parameters(self._config, self._context.settings.name)
        self._letters.parameters = parameters
        connecting = BrokerConnection.connect(parameters, self._broker, known=self._was_let_in)
        self._connecting = asyncio.create_task(connecting)
        try:
            connection = await self._connecting
        except asyncio.CancelledError:
            if self._closing:
                return None
            raise
        self._was_let_in = True
        return connection

    async def _consume(self, connection: BrokerConnection) -> None:
        """Consume until closing, or raise BrokerError when the connection is lost."""
        try:
            queue = await self._set_up(connection)
            await self._watch(queue)
            if self._context.store.is_lost():
                self._give_back()
                return
            await queue.cancel()
            await self._intake.finish()
        finally:
            self._connected = False
            self._alarm = ""
            self._intake.lost()
            await connection.close()

    def _give_back(self) -> None:
        """Leave to others what we cannot store: losing the connection makes the broker give it."""
        self._error = self._intake.deaf_because = "the store was away"
        self._intake.give_up()
        log.warning("%s: the store is away; the broker gets the messages back", self.address)

    async def _set_up(self, connection: BrokerConnection) -> BoundQueue:
        if not self._closing:
            self._nudge.clear()
        queue, was_made = await BoundQueue.open(
            connection, self._bindings, self._prefetch, self._nudge.set
        )
        self._intake.settle = partial(self._let_go, queue)
        self._intake.confirm_with(queue.still_serves)
        # Our own consumer of before may linger.
        self._foreign = ForeignConsumers(self.address, self._context)
        interval = await self._context.store.shortest_interval()
        if interval is not None:
            self.progress.beats_every(interval)
        if was_made:
            self._intake.deaf_because = QUEUE_DELETED
        self.progress.listening(lost=was_made)
        await queue.consume(self._on_message)
        self._connected = True
        log.info("consuming %s", self.address)
        return queue

    async def _bind_again(self, queue: BoundQueue, bound: float) -> None:
        """Bind the queue as it was bound at `bound`, in case that it is not any more."""
        try:
            await queue.bind()
        except ChannelRefused as refused:
            self._intake.interrupted(str(refused), bound, lost=True)
            raise

    def _on_message(
        self, _channel: Channel, origin: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        if len(body) > self._largest:
            body = body[: self._largest]
        self._intake.add((body, origin, properties))

    async def _watch(self, queue: BoundQueue) -> None:
        """Ask again and again how many messages wait, until closing or the store is lost."""
        clock, progress = self._context.clock, self.progress
        ticks = asyncio.get_running_loop().time
        bound, steady_at = clock(), ticks() + STEADY_SECONDS
        while not (self._closing or self._context.store.is_lost()):
            asked = clock()
            turn = progress.turn
            # Whoever makes the exchange anew takes the binding away, and nobody tells us.
            await self._bind_again(queue, bound)
            bound = asked
            takes_messages = await self._canary.sings()
            standing = await queue.look()
            # Only now: a broker may let us in, and then refuse what we ask for, or delete the queue
            # time and again.
            if ticks() >= steady_at:
                self._backoff.reset()
            self._outage.worked("consume")
            self._ready = standing.ready
            await self._foreign.look(standing.consumers)
            # What came before this answer must not profit from what it says.
            self._intake.seal()
            self._heed(self._canary.alarm, asked)
            moment = progress.answered(asked, self._ready, turn) if takes_messages else None
            if moment is not None:
                self._intake.caught_up(moment)
            may_be_done = takes_messages and self._ready == 0 and moment is None
            await self._rest(HURRY_SECONDS if may_be_done else LOOK_SECONDS)

    def _heed(self, alarm: str, asked: float) -> None:
        """While the broker takes nothing, count as not heard: once what it had is here."""
        if not alarm:
            self._alarm = ""
        elif not self._alarm and self._ready == 0:
            self._intake.interrupted(alarm, asked, lost=True)
            self._alarm = alarm

    async def _pause(self) -> None:
        """Wait before another attempt, unless we are closing."""
        if not self._closing:
            self._nudge.clear()
            await self._rest(self._backoff.pause())

    async def _rest(self, seconds: float) -> None:
        """Wait, unless the connection is lost or we are closing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nudge.wait()

    async def _let_go(self, queue: BoundQueue, chunk: Chunk, refused: Sequence[Refused]) -> None:
        """Acknowledge stored messages, after the broker has those that were rejected elsewhere."""
        if refused and self._config.rejected_queue:
            await self._letters.publish([letter_of(each, self.address) for each in refused])
        queue.acknowledge(chunk)
