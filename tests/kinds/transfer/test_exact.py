"""Of all reports that were published, none is lost and none counted twice."""

import random
from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
from kinds.transfer.counted import CountedTransfers, Report, minutes_by, sums_by
from servers.collectors import MakeCollector
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

REPORTS = 80_000
KILLS, CUTS = 8, 2
CLIENTS, SOURCES = 23, 7
EXCHANGE, QUEUE, KEY = "xreport", "blinkenlights.transfer", "v03.report.test"

CONFIG = """\
[store]
url = "{store}"

[collector]
name = "{name}"

[[amqp]]
url = "{broker}"
exchange = "xreport"
queue = "blinkenlights.transfer"
keys = ["v03.report.#"]
kind = "transfer"
"""

StartCollector = Callable[[str], ServerProcess]


@pytest.fixture
def bound(rabbitmq: Broker) -> Broker:
    """Give a broker that has the exchange and the queue, and nobody who consumes."""
    rabbitmq.bind(EXCHANGE, QUEUE, "v03.report.#")
    return rabbitmq


@pytest.fixture
def collector(bound: Broker, valkey: Valkey, make_collector: MakeCollector) -> StartCollector:
    """Give a function that makes `blinkenlights collect` of a name, not yet started."""
    return lambda name: make_collector(
        name, CONFIG.format(store=valkey.url, broker=bound.url, name=name)
    )


def cut_off(broker: Broker, processes: list[ServerProcess]) -> None:
    """Close the connections from the broker's side until a collector has noticed it.

    The broker may still list the connection of one that was killed, and it alone.
    """

    def noticed() -> int:
        return sum(process.log.read_text().count("CONNECTION_FORCED") for process in processes)

    before = noticed()

    def is_noticed() -> bool:
        broker.close_connections()
        return noticed() > before

    wait_until(is_noticed, "a collector to lose its connection")


def test_two_collectors_that_are_killed_and_cut_off_count_each_once(
    collector: StartCollector, bound: Broker, valkey: Valkey
) -> None:
    """While 80,000 reports drain, one of two collectors is killed, or both lose the broker."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    newest = wall_clock() - 1
    reports = [
        Report(
            number,
            client=f"client {chance.randrange(CLIENTS)}",
            source=f"source {chance.randrange(SOURCES)}",
            code=chance.choice([201, 201, 201, 503]),
            size=chance.randrange(2**31),
            event=float(int(newest - chance.random() * 3600)),
        )
        for number in range(REPORTS)
    ]
    bound.publish(EXCHANGE, KEY, (report.body for report in reports))
    counted = CountedTransfers(valkey.client(decode_responses=False))
    processes = [collector("one"), collector("two")]
    for process in processes:
        process.start()

    moments = sorted(chance.sample(range(REPORTS * 9 // 10), KILLS + CUTS))
    cuts = set(chance.sample(moments, CUTS))
    for wanted in moments:
        wait_until(lambda: counted.number >= wanted, f"{wanted} to be counted", 60)  # noqa: B023
        if wanted in cuts:
            cut_off(bound, processes)
        else:
            victim = chance.choice(processes)
            victim.kill()
            victim.start()

    wait_until(lambda: bound.unfinished(QUEUE) == 0, "the queue to be drained", 120)
    for scope in ("all", "client", "source", "pair"):
        assert counted.by(scope) == sums_by(reports, scope), f"seed {seed}"
    for scope in ("all", "client", "source"):
        assert counted.histories(scope) == minutes_by(reports, scope), f"seed {seed}"
    again = valkey.client().info("commandstats").get("cmdstat_hexists", {"calls": 0})["calls"]
    assert again > 0, "no message was delivered again: the test tests nothing"
