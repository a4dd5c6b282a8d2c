"""Drains a queue and does nothing else: how fast pika is.

    python bare_consumer.py URL QUEUE MESSAGES

With its asyncio adapter, the collector's prefetch and one acknowledgement for 500 messages. Prints
the monotonic time at which the last message was acknowledged.
"""

import asyncio
import sys
import time

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.spec import Basic

PREFETCH = 4000
ACKNOWLEDGED_TOGETHER = 500


def main() -> None:
    """Drain what the command line names."""
    url, queue, messages = sys.argv[1], sys.argv[2], int(sys.argv[3])
    loop = asyncio.new_event_loop()
    received = 0

    def on_message(channel: Channel, origin: Basic.Deliver, _properties: object, _: bytes) -> None:
        nonlocal received
        received += 1
        if received % ACKNOWLEDGED_TOGETHER == 0 or received == messages:
            channel.basic_ack(origin.delivery_tag or 0, multiple=True)
        if received == messages:
            print(time.monotonic())
            channel.connection.close()

    def on_channel(channel: Channel) -> None:
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(queue, on_message)

    AsyncioConnection(
        pika.URLParameters(url),
        on_open_callback=lambda connection: connection.channel(on_open_callback=on_channel),
        on_open_error_callback=lambda _connection, error: sys.exit(repr(error)),
        on_close_callback=lambda *_: loop.stop(),
        custom_ioloop=loop,
    )
    loop.run_forever()


main()
