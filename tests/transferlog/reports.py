"""Reports as clients send them, and where they are sent."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pika

from blinkenlights.config import AmqpConfig
from servers.rabbitmq import Broker

EXCHANGE = "log"
QUEUE = "captured"
TOPIC = "v02.report.observations.swob-ml"


def body(number: int, code: int = 201, client: str = "boule") -> bytes:
    """Return the body of a report that no other number has."""
    moment = f"20160328130240.{number % 1000:03}"
    path = f"observations/swob-ml/{number}-swob.xml"
    return f"{moment} http://dd2.example.com/ {path} {code} dd2 {client} 0.258438".encode()


def properties(source: str | None = "metpx", **headers: str) -> pika.BasicProperties:
    """Return the properties of a report."""
    named = {} if source is None else {"source": source}
    return pika.BasicProperties(
        delivery_mode=2,
        content_type="text/plain",
        headers={"parts": "1,6451,1,0,0", "message": "Downloaded", **named, **headers},
    )


def log_at(broker: Broker, queue: str = QUEUE, exchange: str = EXCHANGE) -> AmqpConfig:
    """Return the log of a broker, with a queue."""
    return AmqpConfig(url=broker.url, exchange=exchange, queue=queue, keys=["#"], kind="transfer")


def declare(broker: Broker, queue: str, exchange: str = EXCHANGE, **arguments: object) -> None:
    """Make sure that an exchange is there, with a durable queue that gets everything."""
    with broker.channel() as channel:
        channel.exchange_declare(exchange, "topic", durable=True)
        channel.queue_declare(queue, durable=True, arguments=arguments)
        channel.queue_bind(queue, exchange, "#")


def publish(broker: Broker, numbers: Iterable[int], source: str = "metpx") -> None:
    """Publish the reports with these numbers."""
    broker.publish(EXCHANGE, TOPIC, map(body, numbers), properties=properties(source))


def bodies(folder: Path) -> Counter[bytes]:
    """Return how many lines there are in a folder of logs for each body."""
    lines = [line for file in folder.glob("*.log") for line in file.read_bytes().splitlines()]
    return Counter(line.split(b"\t")[11] for line in lines)
