"""Publishes copies of messages, and knows which of them the broker has taken."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from pika.exceptions import AMQPError
from pika.frame import Method
from pika.spec import Basic

from blinkenlights.broker.connection import BrokerChannel
from blinkenlights.transferlog.message import Message


class Copy(NamedTuple):
    """A message, and where it has to go."""

    message: Message
    exchange: str


class Publisher:
    """A channel with publisher confirms.

    Args:
        channel: For nothing else.
        answered: Called when the broker has answered for copies.
        not_taken: Called with each copy that a queue refused.
        with_user: Whether to name the user who published first.
    """

    def __init__(
        self,
        channel: BrokerChannel,
        answered: Callable[[], None],
        not_taken: Callable[[Copy], None],
        *,
        with_user: bool,
    ) -> None:
        self.lost = channel.lost
        """Done when the channel is closed; holds the reason."""
        self.doubtful: dict[int, Copy] = {}
        """What was published and not answered for, by its number: the oldest first."""
        self._channel = channel
        self._answered = answered
        self._not_taken = not_taken
        self._with_user = with_user
        self._published = 0
        self._settled = asyncio.Event()
        channel.lost.add_done_callback(lambda _: self._settled.set())

    async def open(self) -> None:
        """Ask for confirms; raises BrokerError."""
        await self._channel.ask(self._channel.raw.confirm_delivery, self._on_confirm)

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()

    def publish(self, copy: Copy) -> None:
        """Publish a message as it was published first.

        When the channel is closed, the copy stays doubtful like all others.
        """
        self._published += 1
        self.doubtful[self._published] = copy
        message = copy.message
        properties = message.given_properties(with_user=self._with_user)
        try:
            self._channel.raw.basic_publish(copy.exchange, message.key, message.body, properties)  # type: ignore[arg-type]
        except AMQPError:
            # The channel tells why it is closed.
            self._channel.close()

    async def settle(self) -> None:
        """Wait until the broker has answered for everything, or the channel is lost."""
        while self.doubtful and not self.lost.done():
            self._settled.clear()
            await self._settled.wait()

    def _on_confirm(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        answer = frame.method
        last = answer.delivery_tag or 0
        doubtful = self.doubtful
        if answer.multiple:
            numbers = []
            for number in doubtful:
                if number > last:
                    break
                numbers.append(number)
        else:
            numbers = [last]
        copies = [doubtful.pop(number) for number in numbers if number in doubtful]
        if isinstance(answer, Basic.Nack):
            for copy in copies:
                self._not_taken(copy)
        if not doubtful:
            self._settled.set()
        self._answered()
