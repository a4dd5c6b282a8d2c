"""Publishes heartbeats evenly, each with the time at which it is sent.

python publisher.py URL EXCHANGE KEY MESSAGES PER_SECOND COMPONENTS
"""

import sys
import time

import pika

from blinkenlights.clock import wall_clock
from fleet import heartbeat
from waiting_queue import PROPERTIES


def main() -> None:
    """Publish as the command line says."""
    url, exchange, key = sys.argv[1:4]
    messages, per_second, components = map(int, sys.argv[4:])
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        begin = time.perf_counter()
        for number in range(messages):
            ahead = begin + number / per_second - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)
            body = heartbeat(number % components, f"{wall_clock():.3f}")
            channel.basic_publish(exchange, key, body, PROPERTIES)


main()
