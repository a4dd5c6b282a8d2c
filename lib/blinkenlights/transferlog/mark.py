"""A note at the broker that says how far a queue is acknowledged, as a place in our files.

Whoever is killed between writing and acknowledging cannot know, when started again, whether the
broker has seen the acknowledgement. So each acknowledgement travels in one AMQP transaction with
a mark: the broker carries out both or neither. A mark is not kept on disk, because a broker that
is restarted may have forgotten acknowledgements; then there is no mark, and we know that.

It is the one message in the queue `<queue>.mark`, behind an exchange of the same name: to publish
there takes rights for these names only.
"""

from collections.abc import Callable, Sequence

import msgspec
import pika
from pika.exceptions import AMQPError
from pika.spec import Basic

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.errors import BrokerError
from blinkenlights.transferlog.dayfiles import Position


class Mark:
    """The mark of one queue.

    Args:
        queue: The queue.
        address: The broker, for errors.
    """

    def __init__(self, queue: str, address: str) -> None:
        self._name = f"{queue}.mark"
        self._address = address

    async def declare(self, connection: BrokerConnection) -> None:
        """Make sure that there is a place for it; raises BrokerError."""
        channel = await connection.channel()
        raw = channel.raw
        await channel.ask(raw.exchange_declare, self._name, "fanout", durable=True)
        await channel.ask(
            raw.queue_declare, self._name, durable=True, arguments={"x-max-length": 1}
        )
        await channel.ask(raw.queue_bind, self._name, self._name, "")
        channel.close()

    async def read(self, connection: BrokerConnection) -> Position | None:
        """Return what it says and leave it there; None when there is none. Raises BrokerError."""
        channel = await connection.channel()
        raw = channel.raw

        def get(callback: Callable[[bytes | None], None]) -> None:
            raw.add_callback(lambda _frame: callback(None), [Basic.GetEmpty])
            raw.basic_get(self._name, lambda _channel, _origin, _properties, body: callback(body))

        body = await channel.ask(get)
        # What was not acknowledged goes back.
        channel.close()
        if body is None:
            return None
        try:
            return msgspec.json.decode(body, type=Position)
        except msgspec.DecodeError:
            raise BrokerError(
                f"{self._address}: in queue {self._name} is something else than our mark; purge it"
            ) from None

    async def commit(
        self,
        channel: BrokerChannel,
        position: Position,
        deliveries: Sequence[int] = (),
        through: int = 0,
    ) -> None:
        """Acknowledge deliveries and leave a mark that says so; neither happens without the other.

        Args:
            channel: One with transactions, on which they were delivered.
            position: Up to where lines are acknowledged with this.
            deliveries: Which to acknowledge one by one.
            through: The last of those to acknowledge all together.

        Raises:
            BrokerError: Nobody knows whether it happened; the mark will tell.
        """
        raw = channel.raw
        try:
            for tag in deliveries:
                raw.basic_ack(tag)
            if through:
                raw.basic_ack(through, multiple=True)
            body = msgspec.json.encode(position)
            raw.basic_publish(self._name, "", body, pika.BasicProperties(delivery_mode=1))
        except AMQPError as error:
            raise await channel.why(error) from error
        await channel.ask(raw.tx_commit)
