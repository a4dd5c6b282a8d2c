"""A broker as Mozilla's Pulse is for one of its users: TLS, and exchanges that others own."""

import json
from collections.abc import Sequence
from pathlib import Path

import pika

from servers.rabbitmq import Broker

QUEUE_EXCHANGE = "exchange/taskcluster-queue/v1/"
TASK_EXCHANGES = tuple(
    f"{QUEUE_EXCHANGE}task-{what}" for what in ("running", "completed", "failed", "exception")
)
HARDWARE = "primary.*.*.*.*.releng-hardware.*.*.*.#"
"""Binds what concerns the machines of one provisioner."""


class Pulse:
    """What one user of Pulse has of it."""

    def __init__(
        self, broker: Broker, user: str, exchanges: Sequence[str] = TASK_EXCHANGES
    ) -> None:
        self.broker = broker
        self.queue = f"queue/{user}/releng-hardware"
        with broker.channel() as channel:
            for exchange in exchanges:
                channel.exchange_declare(exchange, "topic", durable=True)
        # Word for word what PulseGuardian gives to a new user.
        own = f"queue/{user}/.*|exchange/{user}/.*"
        plain = broker.add_user(
            user,
            "secret",
            configure=f"^({own})",
            write=f"^({own})",
            read=f"^(queue/{user}/.*|exchange/.*)",
        )
        self.url = broker.with_tls(plain)

    @property
    def authority(self) -> Path:
        """File with the certificate authority of `url`."""
        return self.broker.authority

    def publish(self, exchange: str, key: str, body: object) -> None:
        """Publish as Taskcluster does: persistent JSON; returns when the broker has it."""
        properties = pika.BasicProperties(delivery_mode=2, content_type="application/json")
        encoded = json.dumps(body).encode()
        self.broker.publish(exchange, key, [encoded], properties=properties, confirm=True)

    def delete_queue(self) -> None:
        """Delete the user's queue, as Pulse does when 20,000 messages wait in it."""
        with self.broker.channel() as channel:
            channel.queue_delete(self.queue)
