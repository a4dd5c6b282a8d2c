"""Reports that RabbitMQ's shovels bring: how often each arrives, and how often it counts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from blinkenlights.config import AmqpConfig, Config
from blinkenlights.kinds.transfer.log_settings import LogConfig
from collector.running import RunningCollector, Stored, config
from kinds.transfer.counted import CountedTransfers
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until
from transferlog.reports import TOPIC, body, properties

Collect = Callable[..., RunningCollector]

SITE, CENTRE, QUEUE = "site", "log", "transfers"
NUMBER = 25


def centre(broker: Broker, store: str, copies: str) -> Config:
    """Return the configuration of a collector of the log in the middle."""
    source = AmqpConfig(
        url=broker.url, exchange=CENTRE, type="topic", keys=["#"], queue=QUEUE, kind="transfer"
    )
    return replace(config(store, [source]), of_kinds=(LogConfig(copies=copies),))


def counted(valkey: Valkey) -> int:
    """Return how many good transfers are counted."""
    with valkey.client(decode_responses=False) as client:
        return sum(sums.good for sums in CountedTransfers(client).by("client").values())


@pytest.fixture
def ways(rabbitmq: Broker) -> Broker:
    """Give a broker on which a report of a site reaches the centre by two shovels."""
    vhost = quote(rabbitmq.vhost, safe="")
    with rabbitmq.channel() as channel:
        for exchange in (SITE, CENTRE):
            channel.exchange_declare(exchange, "topic", durable=True)
        for number in (1, 2):
            channel.queue_declare(f"way{number}", durable=True)
            channel.queue_bind(f"way{number}", SITE, "#")
    for number in (1, 2):
        shovel = {
            "src-uri": rabbitmq.url,
            "src-queue": f"way{number}",
            "dest-uri": rabbitmq.url,
            "dest-exchange": CENTRE,
            "ack-mode": "on-confirm",
        }
        rabbitmq.server.api("PUT", f"/parameters/shovel/{vhost}/way{number}", {"value": shovel})

    def states() -> list[str]:
        shovels: Any = rabbitmq.server.api("GET", f"/shovels/{vhost}")
        return [each["state"] for each in shovels]

    wait_until(lambda: states() == ["running", "running"], "both shovels to run", 60)
    return rabbitmq


@pytest.mark.parametrize("copies", ["all", "once"])
def test_what_arrives_by_several_ways(
    copies: str, ways: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """By two shovels and directly it is three messages; equal bytes count once when asked for."""
    collect(centre(ways, valkey.url, copies))
    ways.wait_for_consumer(QUEUE)

    for exchange in (SITE, CENTRE):
        ways.publish(exchange, TOPIC, map(body, range(NUMBER)), properties=properties())

    wait_until(lambda: stored.count("stored:transfer") == 3 * NUMBER, "all to arrive")
    # The broker is asked first, when a collector begins.
    number = (3 if copies == "all" else 1) * NUMBER
    wait_until(lambda: counted(valkey) >= number, "all to be counted")
    assert counted(valkey) == number


def test_what_differs_in_a_byte_counts_each_time(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Two transfers of the same file are two reports: their times differ."""
    collect(centre(rabbitmq, valkey.url, "once"))
    rabbitmq.wait_for_consumer(QUEUE)

    same = [body(1), body(1).replace(b".001 ", b".002 ", 1), body(1)]
    rabbitmq.publish(CENTRE, TOPIC, same, properties=properties())

    wait_until(lambda: stored.count("stored:transfer") == 3, "all to arrive")
    wait_until(lambda: counted(valkey) == 2, "both to be counted")


def test_what_stands_in_a_header_always_counts(
    rabbitmq: Broker, valkey: Valkey, collect: Collect
) -> None:
    """The body of a post is the same for all clients, so it says nothing of copies."""
    collect(centre(rabbitmq, valkey.url, "once"))
    rabbitmq.wait_for_consumer(QUEUE)

    for who in ("anna", "boule"):
        outcome = properties(report=f"0.2 201 dd2 {who}")
        post = b"20160328130240.1 http://dd2.example.com/ observations/1.xml"
        rabbitmq.publish(CENTRE, "v02.report.observations", [post], properties=outcome)

    wait_until(lambda: counted(valkey) == 2, "both to be counted")
    with valkey.client(decode_responses=False) as client:
        assert {*CountedTransfers(client).by("client")} == {"anna", "boule"}
