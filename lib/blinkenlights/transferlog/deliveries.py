"""What a queue delivers, as batches that one asks for."""

import asyncio
from collections import deque
from collections.abc import Callable

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.connection import BrokerChannel
from blinkenlights.broker.session import Session
from blinkenlights.transferlog.message import Message


class Deliveries:
    """The messages of one consumer, in their order.

    Args:
        channel: On which to consume.
        session: Whose end is ours.
    """

    def __init__(self, channel: BrokerChannel, session: Session) -> None:
        self._channel = channel
        self._session = session
        self._arrived: deque[Message] = deque()
        channel.lost.add_done_callback(lambda _: session.wake.set())

    async def start(self, queue: str, prefetch: int, *, exclusive: bool = False) -> None:
        """Consume from a queue, with at most `prefetch` messages not acknowledged.

        Args:
            queue: Its name.
            prefetch: How many may be in hand.
            exclusive: Whether nobody else may consume from it.

        Raises:
            BrokerError: The broker does not let us.
        """
        channel = self._channel
        await channel.ask(channel.raw.basic_qos, prefetch_count=prefetch)
        await channel.ask(channel.raw.basic_consume, queue, self._on_message, exclusive=exclusive)

    async def next(
        self,
        most: int,
        *,
        linger: float = 0.0,
        patience: float | None = None,
        unless: Callable[[], bool] = lambda: False,
    ) -> list[Message]:
        """Return what has come, oldest first; nothing when it is time to stop.

        Args:
            most: How many at most.
            linger: Seconds to wait for others once there is one, unless there are `most`.
            patience: Seconds to wait for the first; None to wait for ever.
            unless: Asked whenever something happens: whether to return at once.

        Raises:
            BrokerError: The channel is lost.
        """
        arrived = self._arrived
        await self._until(lambda: bool(arrived) or unless(), patience)
        if linger and arrived:
            await self._until(lambda: len(arrived) >= most or unless(), linger)
        if self._session.stopping:
            return []
        return [arrived.popleft() for _ in range(min(most, len(arrived)))]

    async def _until(self, condition: Callable[[], bool], seconds: float | None) -> None:
        """Wait for a condition, the end, the loss of the channel, or for so long."""
        session = self._session
        try:
            async with asyncio.timeout(seconds):
                while not (condition() or session.stopping or self._channel.lost.done()):
                    session.wake.clear()
                    await session.wake.wait()
        except TimeoutError:
            pass
        if self._channel.lost.done():
            raise self._channel.lost.result()

    def _on_message(
        self, _channel: Channel, origin: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        self._arrived.append(
            Message(
                origin.delivery_tag or 0,
                bool(origin.redelivered),
                origin.routing_key or "",
                properties,
                body,
            )
        )
        self._session.wake.set()
