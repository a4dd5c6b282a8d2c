"""A collector as one would write it in an afternoon: one SET for each message.

    python set_collector.py REDIS URL QUEUE MESSAGES

Prints the monotonic time at which the last message was acknowledged.
"""

import json
import sys
import time

import pika
import redis
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

PREFETCH = 4000


def main() -> None:
    """Collect as many messages as the command line says."""
    store = redis.Redis.from_url(sys.argv[1])
    url, queue, messages = sys.argv[2], sys.argv[3], int(sys.argv[4])
    received = 0

    def on_message(
        channel: BlockingChannel, origin: Basic.Deliver, _: BasicProperties, body: bytes
    ) -> None:
        nonlocal received
        heartbeat = json.loads(body)
        store.set(f"heartbeat:{heartbeat['name']}", body)
        channel.basic_ack(origin.delivery_tag or 0)
        received += 1
        if received == messages:
            channel.stop_consuming()

    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(queue, on_message)
        channel.start_consuming()
        print(time.monotonic())


main()
