"""Publishes to a broker, and knows whether a queue has the message."""

import pika
from pika.exceptions import AMQPError, NackError, UnroutableError

from blinkenlights.broker.address import connection_parameters, parse_broker
from blinkenlights.broker.refusals import refusal
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import NotDelivered

SECONDS = 5.0
"""How long connecting may take, and a broker short of memory or disk may make us wait."""


class Broker:
    """An exchange of a broker. Each delivery has a connection of its own."""

    def __init__(self, source: AmqpConfig, routing_key: str) -> None:
        """Prepare to publish to the exchange of `source`, without connecting."""
        self._exchange = source.exchange
        self._key = routing_key
        self._parameters = connection_parameters(source, "blinkenlights send")
        self._parameters.socket_timeout = SECONDS
        self._parameters.stack_timeout = SECONDS
        self._parameters.blocked_connection_timeout = SECONDS
        self._address = str(parse_broker(source.url))
        self._name = f"exchange {source.exchange} at {self._address}, key {routing_key!r}"

    def deliver(self, body: bytes) -> str:
        """Publish; returns what became of it, raises NotDelivered or BrokerError."""
        properties = pika.BasicProperties(
            content_type="application/json", delivery_mode=pika.DeliveryMode.Persistent
        )
        try:
            with pika.BlockingConnection(self._parameters) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                channel.basic_publish(self._exchange, self._key, body, properties, mandatory=True)
        except UnroutableError:
            raise NotDelivered(
                f"{self._name}: no queue gets this; start a collector once, or give --key"
            ) from None
        except NackError:
            raise NotDelivered(f"{self._name}: the queue is full and refused it") from None
        except (AMQPError, OSError) as error:
            has_tls = self._parameters.ssl_options is not None
            raise refusal(error, self._address, tls=has_tls) from None
        return f"delivered to {self._name}"
