"""Publishes to a broker, and knows whether a queue has the message."""

import ssl
from urllib.parse import unquote, urlsplit

import pika
from pika.exceptions import (
    AMQPConnectionError,
    AMQPError,
    AuthenticationError,
    ChannelClosedByBroker,
    NackError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    UnroutableError,
)

from blinkenlights.config.addresses import without_password
from blinkenlights.errors import BrokerError, ConfigError, NotDelivered

SECONDS = 5.0
"""How long each step of connecting may take, and a broker that is full may make us wait."""


class Broker:
    """An exchange of a broker. Each delivery has a connection of its own."""

    def __init__(
        self, url: str, *, exchange: str, key: str, password: str | None = None, ca_file: str = ""
    ) -> None:
        """Prepare to publish to `exchange` with the routing key `key`, without connecting."""
        self._exchange = exchange
        self._key = key
        self._parameters = _parameters(url, password, ca_file)
        self.name = f"exchange {exchange} at {without_password(url)}"

    def deliver(self, body: bytes) -> str:
        """Publish; returns what became of it, raises NotDelivered or BrokerError."""
        try:
            connection = pika.BlockingConnection(self._parameters)
        except (ProbableAuthenticationError, AuthenticationError):
            raise BrokerError(f"{self.name}: user or password is wrong; mend the URL") from None
        except ProbableAccessDeniedError:
            raise BrokerError(f"{self.name}: no such vhost, or no access to it") from None
        except (AMQPError, OSError) as error:
            raise NotDelivered(f"{self.name}: no connection ({_reason(error)})") from None
        try:
            return self._publish(connection, body)
        finally:
            if connection.is_open:
                connection.close()

    def _publish(self, connection: pika.BlockingConnection, body: bytes) -> str:
        properties = pika.BasicProperties(
            content_type="application/json", delivery_mode=pika.DeliveryMode.Persistent
        )
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(self._exchange, self._key, body, properties, mandatory=True)
        except UnroutableError:
            raise NotDelivered(
                f"{self.name}: no queue is bound for {self._key!r}; "
                "start a collector once, or give --key"
            ) from None
        except NackError:
            raise NotDelivered(f"{self.name}: the queue is full; the message was refused") from None
        except ChannelClosedByBroker as error:
            raise BrokerError(f"{self.name}: refused ({error.reply_text})") from None
        except (AMQPError, OSError) as error:
            raise NotDelivered(f"{self.name}: connection lost ({_reason(error)})") from None
        return f"delivered to {self.name}, key {self._key!r}"


def _parameters(url: str, password: str | None, ca_file: str) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    if password is not None:
        username = unquote(urlsplit(url).username or "guest")
        parameters.credentials = pika.PlainCredentials(username, password)
    if ca_file:
        try:
            context = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"ca_file: {ca_file} cannot be used ({error.strerror})") from None
        parameters.ssl_options = pika.SSLOptions(context, parameters.host)
    parameters.connection_attempts = 1
    parameters.socket_timeout = SECONDS
    parameters.stack_timeout = 2 * SECONDS
    parameters.blocked_connection_timeout = SECONDS
    return parameters


def _reason(error: Exception) -> str:
    """Return what pika knows: the cause is often a level below its own exception."""
    if isinstance(error, AMQPConnectionError) and error.args:
        cause = getattr(error.args[0], "exception", None) or error.args[0]
        return str(cause)
    return str(error) or type(error).__name__
