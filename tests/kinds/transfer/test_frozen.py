"""Two collectors at one queue, one of which is frozen again and again: each report counts once."""

import threading
import time
from collections.abc import Callable
from typing import Self

import pytest

from blinkenlights.clock import wall_clock
from kinds.transfer.counted import CountedTransfers, Report, sums_by
from servers.collectors import MakeCollector
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

EXCHANGE, QUEUE, KEY = "xreport", "blinkenlights.transfer", "v03.report.test"
FREEZES = 4
HEARTBEAT = 1
PER_SECOND = 500
CLIENTS, SOURCES = 5, 3

CONFIG = """\
[store]
url = "{store}"

[collector]
name = "{name}"
batch_seconds = 0.5

[[amqp]]
url = "{broker}"
exchange = "xreport"
queue = "blinkenlights.transfer"
keys = ["v03.report.#"]
kind = "transfer"
"""
# With the heartbeat that collectors have, the broker takes half a minute to miss one of them.
COLLECT = f"""\
import sys
from blinkenlights.broker import address
address.HEARTBEAT_SECONDS = {HEARTBEAT}
from blinkenlights.cli import main
sys.exit(main())
"""

StartCollector = Callable[[str], ServerProcess]


@pytest.fixture
def collector(rabbitmq: Broker, valkey: Valkey, make_collector: MakeCollector) -> StartCollector:
    """Give a function that starts `blinkenlights collect` of a name."""

    def start(name: str) -> ServerProcess:
        config = CONFIG.format(store=valkey.url, broker=rabbitmq.url, name=name)
        made = make_collector(name, config, ("-c", COLLECT))
        made.start()
        return made

    return start


class Reporting:
    """Publishes reports at an even rate, in a thread of its own, until it is left."""

    def __init__(self, broker: Broker) -> None:
        self.reports: list[Report] = []
        self._broker = broker
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._publish)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _publish(self) -> None:
        begun = time.monotonic()
        with self._broker.channel() as channel:
            while not self._is_over.wait(0.05):
                due = int((time.monotonic() - begun) * PER_SECOND)
                # A machine that is busy with other things is behind for a while.
                for number in range(len(self.reports), min(due, len(self.reports) + PER_SECOND)):
                    report = Report(
                        number,
                        client=f"client {number % CLIENTS}",
                        source=f"source {number % SOURCES}",
                        code=503 if number % 7 == 0 else 201,
                        size=number,
                        event=wall_clock(),
                    )
                    channel.basic_publish(EXCHANGE, KEY, report.body)
                    self.reports.append(report)


def consumers(broker: Broker) -> int:
    with broker.channel() as channel:
        count: int = channel.queue_declare(QUEUE, passive=True).method.consumer_count
        return count


def test_who_was_frozen_counts_nothing_that_others_counted_meanwhile(
    collector: StartCollector, rabbitmq: Broker, valkey: Valkey
) -> None:
    """At 500 reports a second the broker gives what the frozen one holds to the other one."""
    counted = CountedTransfers(valkey.client(decode_responses=False))
    victims = [collector("one"), collector("two")]
    rabbitmq.wait_for_consumer(QUEUE)
    wait_until(lambda: consumers(rabbitmq) == 2, "both to consume", 20)

    with Reporting(rabbitmq) as reporting:
        for freeze in range(FREEZES):
            victim = victims[freeze % 2]
            wanted = counted.number + PER_SECOND
            wait_until(lambda: counted.number >= wanted, "both to count", 30)  # noqa: B023
            victim.pause()
            wait_until(lambda: consumers(rabbitmq) == 1, "the broker to miss it", 30)
            wanted = counted.number + PER_SECOND
            wait_until(lambda: counted.number >= wanted, "the other one to count", 30)  # noqa: B023
            victim.resume()
            wait_until(lambda: consumers(rabbitmq) == 2, "it to consume again", 30)

    wait_until(lambda: rabbitmq.unfinished(QUEUE) == 0, "the queue to be drained", 30)
    for scope in ("all", "client", "source", "pair"):
        assert counted.by(scope) == sums_by(reporting.reports, scope)
