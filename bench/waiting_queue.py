"""A queue in which heartbeats wait, and how many of them still do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel

QUEUE = "blinkenlights.heartbeat"
PROPERTIES = pika.BasicProperties(
    content_type="application/json", delivery_mode=pika.DeliveryMode.Persistent
)
"""As `blinkenlights send` has them, and Vumi had them."""


class WaitingQueue:
    """The queue, as one who fills and watches it sees it."""

    def __init__(self, channel: BlockingChannel) -> None:
        """Declare it, as a collector would."""
        self._channel = channel
        channel.queue_declare(QUEUE, durable=True)

    def publish(self, bodies: Iterable[bytes]) -> None:
        """Add messages, without waiting until they have arrived."""
        for body in bodies:
            self._channel.basic_publish("", QUEUE, body, PROPERTIES)

    def waiting(self) -> int:
        """Return how many messages wait; those in a consumer's hands are not counted."""
        declared = self._channel.queue_declare(QUEUE, passive=True)
        count: int = declared.method.message_count
        return count

    def purge(self) -> None:
        """Make it empty."""
        self._channel.queue_purge(QUEUE)


@contextmanager
def waiting_queue(url: str) -> Iterator[WaitingQueue]:
    """Give the queue at a broker, empty."""
    parameters = pika.URLParameters(url)
    # While a subject is measured, nobody here answers the broker's heartbeats.
    parameters.heartbeat = 0
    with pika.BlockingConnection(parameters) as connection:
        queue = WaitingQueue(connection.channel())
        queue.purge()
        yield queue
