"""Publishes messages and waits until the broker has taken them."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import pika
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.errors import BrokerError

CONFIRM_SECONDS = 5.0


class Message(NamedTuple):
    """One message, for one exchange."""

    exchange: str
    key: str
    body: bytes
    properties: pika.BasicProperties
    is_mandatory: bool = False
    """Whether it counts as taken only when some queue has it: a broker confirms what it drops."""


class NotConfirmed(BrokerError):  # noqa: N818 - it says the outcome
    """The broker is there, and does not say that it took what was published."""


class Confirmed:
    """A channel with publisher confirms; made by `open`."""

    def __init__(self, channel: BrokerChannel, address: str) -> None:
        self.homeless: list[tuple[str, bytes]] = []
        """Key and body of the mandatory messages last published that no queue took."""
        self._channel = channel
        self._address = address
        self._published = 0
        self._doubtful: set[int] = set()
        self._refused = 0
        self._settled = asyncio.Event()

    @classmethod
    async def open(cls, connection: BrokerConnection, address: str) -> "Confirmed":
        """Return a new channel of a connection; raises BrokerError."""
        channel = await connection.channel()
        made = cls(channel, address)
        channel.lost.add_done_callback(lambda _: made._settled.set())
        channel.raw.add_on_return_callback(made._on_return)
        await channel.ask(channel.raw.confirm_delivery, made._on_confirm)
        return made

    def check(self) -> None:
        """Raise the BrokerError for which the channel is lost, if it is."""
        if self._channel.lost.done():
            raise self._channel.lost.result()

    async def publish(self, messages: Sequence[Message]) -> int:
        """Publish messages; returns how many of them a full queue refused, while others took them.

        Raises BrokerError when it is not known whether all were taken.
        """
        self._settled.clear()
        self._refused = 0
        self.homeless = []
        first = self._published + 1
        self._published += len(messages)
        self._doubtful.update(range(first, self._published + 1))
        try:
            for exchange, key, body, properties, is_mandatory in messages:
                self._channel.raw.basic_publish(
                    exchange, key, body, properties, mandatory=is_mandatory
                )
            async with asyncio.timeout(CONFIRM_SECONDS):
                while self._doubtful and not self._channel.lost.done():
                    await self._settled.wait()
        except AMQPError as error:
            raise await self._channel.why(error) from error
        except TimeoutError:
            raise NotConfirmed(
                f"{self._address} confirms nothing for {CONFIRM_SECONDS:g} seconds; it is short "
                "of memory or disk, or cannot be reached any more"
            ) from None
        self.check()
        return self._refused

    def _on_return(
        self, _channel: Channel, returned: Basic.Return, _: BasicProperties, body: bytes
    ) -> None:
        # It comes before the confirmation of the same message.
        self.homeless.append((returned.routing_key or "", body))

    def _on_confirm(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        answer = frame.method
        last = answer.delivery_tag or 0
        before = len(self._doubtful)
        if answer.multiple:
            self._doubtful = {each for each in self._doubtful if each > last}
        else:
            self._doubtful.discard(last)
        if isinstance(answer, Basic.Nack):
            self._refused += before - len(self._doubtful)
        if not self._doubtful:
            self._settled.set()
