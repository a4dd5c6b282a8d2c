"""Rejected messages go to a durable queue, where an operator can look at them."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import pika
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.frame import Method
from pika.spec import Basic

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.collector.batch import Refused, in_ascii, readable
from blinkenlights.errors import BrokerError
from blinkenlights.outage import Outage

QUEUE_LENGTH = 10_000
"""The oldest go when there are more."""
HEADER_CHARACTERS = 200
CONFIRM_SECONDS = 5.0
RETRY_SECONDS = 30.0


class Letter(NamedTuple):
    """A rejected message."""

    body: bytes
    headers: dict[str, str]


def letter_of(refused: Refused, address: str) -> Letter:
    """Return a message that was rejected, with why, and how it came by the source at `address`."""
    body, origin, _ = refused.message
    headers = {
        "reason": refused.why.reason,
        "detail": in_ascii(refused.why.detail)[:HEADER_CHARACTERS],
        "exchange": readable(origin.exchange),
        "routing_key": readable(origin.routing_key),
        "source": address,
    }
    return Letter(body, headers)


class DeadLetters:
    """Publishes letters until the broker has confirmed them.

    On a connection of its own: a broker that is short of memory stops to read from those that
    publish, and then it would not see our acknowledgements any more.
    """

    def __init__(self, queue: str, broker: str) -> None:
        self._broker = broker
        self.parameters = pika.ConnectionParameters()
        """How to connect the next time."""
        self._queue = queue
        self._connection: BrokerConnection | None = None
        self._channel: BrokerChannel | None = None
        self._outage = Outage(
            f"{broker}: queue {queue} for rejected messages",
            "they are counted and sampled all the same",
        )
        self._published = 0
        self._unconfirmed: set[int] = set()
        self._confirmed: asyncio.Future[None] | None = None
        self._retry_at = 0.0

    async def publish(self, letters: Sequence[Letter]) -> None:
        """Publish letters. Where the broker does not take them they are let go, as the log says."""
        now = asyncio.get_running_loop().time()
        if now < self._retry_at:
            return
        try:
            try:
                await self._publish(letters)
            except BrokerError:
                # The connection may have broken since the last letter, or the queue be gone.
                await self.close()
                await self._publish(letters)
        except (BrokerError, TimeoutError) as error:
            await self.close()
            self._retry_at = now + RETRY_SECONDS
            why = str(error) or f"no answer within {CONFIRM_SECONDS:g} seconds"
            self._outage.failed("publish", why)
        else:
            self._outage.worked("publish")

    async def close(self) -> None:
        """Close the connection; a next `publish` opens another."""
        if self._connection is not None:
            connection, self._connection, self._channel = self._connection, None, None
            await connection.close()

    async def _publish(self, letters: Sequence[Letter]) -> None:
        async with asyncio.timeout(CONFIRM_SECONDS):
            channel = self._channel or await self._open()
            confirmed = self._confirmed = asyncio.get_running_loop().create_future()
            try:
                self._send(channel.raw, letters)
            except AMQPError as error:
                raise await channel.why(error) from error
            await asyncio.wait({confirmed, channel.lost}, return_when=asyncio.FIRST_COMPLETED)
        if not confirmed.done():
            raise channel.lost.result()
        confirmed.result()

    def _send(self, channel: Channel, letters: Sequence[Letter]) -> None:
        first = self._published + 1
        self._published += len(letters)
        self._unconfirmed = set(range(first, self._published + 1))
        for body, headers in letters:
            properties = pika.BasicProperties(
                delivery_mode=pika.DeliveryMode.Persistent, headers=headers
            )
            channel.basic_publish("", self._queue, body, properties, mandatory=True)

    async def _open(self) -> BrokerChannel:
        # The source was let in before.
        self._connection = await BrokerConnection.connect(self.parameters, self._broker, known=True)
        await self._connection.declare_queue(self._queue, {"x-max-length": QUEUE_LENGTH})
        channel = await self._connection.channel()
        channel.raw.add_on_return_callback(lambda *_: self._fail("the queue is gone"))
        await channel.ask(channel.raw.confirm_delivery, self._on_confirm)
        self._channel, self._published = channel, 0
        return channel

    def _on_confirm(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        if isinstance(frame.method, Basic.Nack):
            self._fail("the broker did not take it")
            return
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            self._unconfirmed = {each for each in self._unconfirmed if each > tag}
        else:
            self._unconfirmed.discard(tag)
        if not self._unconfirmed and self._confirmed is not None and not self._confirmed.done():
            self._confirmed.set_result(None)

    def _fail(self, why: str) -> None:
        if self._confirmed is not None and not self._confirmed.done():
            self._confirmed.set_exception(BrokerError(why))
