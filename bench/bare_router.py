"""Copies a queue to exchanges and does nothing else: what pika and the broker can do.

    python bare_router.py URL QUEUE MESSAGES

With pika's asyncio adapter, publisher confirms, and one acknowledgement for all confirms that came
together; as many messages on their way as `route` has. The header `source` says where to.
"""

import asyncio
import sys

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.frame import Method
from pika.spec import Basic, BasicProperties

PREFETCH = 1000
ACKNOWLEDGED_TOGETHER = 200


def main() -> None:
    """Copy what the command line names."""
    url, queue, messages = sys.argv[1], sys.argv[2], int(sys.argv[3])
    loop = asyncio.new_event_loop()
    unconfirmed: dict[int, None] = {}
    published = acknowledged = 0

    def on_message(
        channel: Channel, origin: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        nonlocal published
        published += 1
        unconfirmed[published] = None
        source = str((properties.headers or {})["source"])
        exchange = f"log_{source}"
        channel.basic_publish(exchange, origin.routing_key or "", body, properties)

    def on_channel(channel: Channel) -> None:
        def on_confirm(frame: Method[Basic.Ack | Basic.Nack]) -> None:
            nonlocal acknowledged
            last = frame.method.delivery_tag or 0
            if frame.method.multiple:
                while unconfirmed and (first := next(iter(unconfirmed))) <= last:
                    del unconfirmed[first]
            else:
                unconfirmed.pop(last, None)
            # Deliveries and copies are numbered alike, from 1.
            through = next(iter(unconfirmed), published + 1) - 1
            if through - acknowledged >= ACKNOWLEDGED_TOGETHER or through == published:
                channel.basic_ack(through, multiple=True)
                acknowledged = through
            if through == messages:
                channel.connection.close()

        channel.confirm_delivery(on_confirm)
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(queue, on_message)

    AsyncioConnection(
        pika.URLParameters(url),
        on_open_callback=lambda connection: connection.channel(on_open_callback=on_channel),
        on_close_callback=lambda *_: loop.stop(),
        custom_ioloop=loop,
    )
    loop.run_forever()


main()
