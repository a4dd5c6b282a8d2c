"""Speedos that others publish, from a real broker into the store."""

import json
from collections.abc import Callable

from blinkenlights.config import Config
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store import layout
from collector.running import RunningCollector, amqp_config, config
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until


def test_the_newest_of_each_is_kept(
    valkey: Valkey, rabbitmq: Broker, collect: Callable[[Config], RunningCollector]
) -> None:
    """An older one that comes later changes nothing; reports beside them are skipped."""
    source = amqp_config(rabbitmq.url, exchange="log", queue="q.speedos", kind="speedo", keys=["#"])
    collect(config(valkey.url, [source]))
    rabbitmq.wait_for_consumer("q.speedos")
    for second in (2, 3, 1):
        body = f"2015060113570{second} {second} 0 10 0 10 1 60".encode()
        rabbitmq.publish("log", "v01.speedo.client.alice", [body])
    rabbitmq.publish("log", "v02.report.x", [b"x"])
    rabbitmq.publish("log", "v01.speedo.client.bob", [b"nonsense"])
    client = valkey.client()

    def is_over() -> bool:
        return client.hget(layout.COUNTERS, "rejected:not a speedo") == "1"

    wait_until(is_over, "all five")

    assert client.hget(layout.COUNTERS, "stored:speedo") == "3"
    assert client.hget(layout.COUNTERS, "skipped:not a speedo") == "1"
    kept = {name: json.loads(text) for name, text in client.hgetall(transfer_keys.SPEEDOS).items()}
    assert kept == {"client\0alice": [1433167023.0, 3, 0, 10, 0, 10.0, 1.0, 60.0]}
