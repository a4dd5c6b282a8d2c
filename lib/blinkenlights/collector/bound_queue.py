"""A queue of a broker, bound to its exchanges, and the channel by which it is consumed."""

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.collector.chunks import Chunk
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import BrokerError

_CONSUMER = "blinkenlights"

Taker = Callable[[Channel, Basic.Deliver, BasicProperties, bytes], None]
"""Takes a message, as pika gives it."""


class Standing(NamedTuple):
    """What the broker says of a queue."""

    ready: int
    """Messages that wait."""
    consumers: int


class BoundQueue:
    """A queue that a channel consumes. All that asks the broker raises BrokerError."""

    def __init__(self, channel: BrokerChannel, bindings: Sequence[AmqpConfig]) -> None:
        self._channel = channel
        self._bindings = bindings
        self._name = bindings[0].queue

    @classmethod
    async def open(
        cls,
        connection: BrokerConnection,
        bindings: Sequence[AmqpConfig],
        prefetch: int,
        nudge: Callable[[], None],
    ) -> tuple["BoundQueue", bool]:
        """Return the queue, bound, and whether it had to be made.

        Args:
            connection: To the broker.
            bindings: The tables that name the queue, one for each exchange.
            prefetch: How many messages are taken ahead.
            nudge: Is called when the channel is lost.
        """
        was_made = await connection.declare_queue(bindings[0].queue)
        channel = await connection.channel()
        channel.lost.add_done_callback(lambda _: nudge())
        for each in bindings:
            await channel.ask(
                channel.raw.exchange_declare,
                each.exchange,
                each.type,
                passive=each.passive,
                durable=True,
            )
        queue = cls(channel, bindings)
        await queue.bind()
        await channel.ask(channel.raw.basic_qos, prefetch_count=prefetch)
        return queue, was_made

    async def bind(self) -> None:
        """Bind the queue, which changes nothing when it is bound already."""
        for each in self._bindings:
            for key in each.keys or [""]:
                await self._channel.ask(
                    self._channel.raw.queue_bind, each.queue, each.exchange, key
                )

    async def consume(self, taker: Taker) -> None:
        """Have messages given to `taker` from now on."""
        await self._channel.ask(
            self._channel.raw.basic_consume, self._name, taker, consumer_tag=_CONSUMER
        )

    async def cancel(self) -> None:
        """Take no more messages."""
        await self._channel.ask(self._channel.raw.basic_cancel, _CONSUMER)

    async def look(self) -> Standing:
        """Return how many messages wait, and who consumes."""
        answer = (await self._declared()).method
        return Standing(answer.message_count, answer.consumer_count)

    async def still_serves(self) -> bool:
        """Return whether the broker still takes us for who has what came by this channel."""
        try:
            await self._declared()
        except BrokerError:
            return False
        return True

    def acknowledge(self, chunk: Chunk) -> None:
        """Acknowledge all messages up to the last one of a chunk."""
        last = cast("Basic.Deliver", chunk.messages[-1][1]).delivery_tag
        # On a channel that is lost there is nothing to do: the broker gives them again.
        with contextlib.suppress(AMQPError):
            self._channel.raw.basic_ack(cast("int", last), multiple=True)

    async def _declared(self) -> Any:  # noqa: ANN401 - pika's frame
        return await self._channel.ask(self._channel.raw.queue_declare, self._name, passive=True)
