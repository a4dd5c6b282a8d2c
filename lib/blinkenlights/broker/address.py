"""What the URL of a broker means, and how to connect to it.

AMQP_USER and AMQP_PASS, which the listener of releng-hardware had from its environment, are the
login where ours names none.
"""

import os
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pika

from blinkenlights.config import AmqpConfig
from blinkenlights.errors import ConfigError

HEARTBEAT_SECONDS = 10
"""So that a broker gives the messages of a dead collector to another within 30 seconds."""
CONNECT_SECONDS = 10.0
BLOCKED_SECONDS = 30.0
"""How long a broker may be short of memory or disk before we give the connection up."""
AMQP_PORT = 5672
AMQPS_PORT = 5671
USER_OF_OTHERS = "AMQP_USER"
PASSWORD_OF_OTHERS = "AMQP_PASS"  # noqa: S105 - the name of a variable


class BrokerAddress(NamedTuple):
    """What a broker's URL means, but for the password."""

    host: str
    port: int
    vhost: str
    username: str
    tls: bool

    def __str__(self) -> str:
        """Return it for people."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{self.vhost.removeprefix('/')}"


def parse_broker(url: str) -> BrokerAddress:
    """Return what `amqp://user:password@host:port/vhost` means; see the configuration's check.

    The user of one that names none is AMQP_USER, else guest.
    """
    parts = urlsplit(url)
    tls = parts.scheme == "amqps"
    return BrokerAddress(
        host=parts.hostname or "localhost",
        port=parts.port or (AMQPS_PORT if tls else AMQP_PORT),
        vhost=unquote(parts.path[1:]) or "/",
        username=unquote(parts.username or "") or os.environ.get(USER_OF_OTHERS) or "guest",
        tls=tls,
    )


def password_of(config: AmqpConfig) -> str:
    """Return the password for the broker: of the file, else of the URL, else AMQP_PASS, else guest.

    AMQP_PASS is that of the user AMQP_USER, and no other user gets it. Raises ConfigError.
    """
    password = config.password() or unquote(urlsplit(config.url).password or "")
    if not password and parse_broker(config.url).username == os.environ.get(USER_OF_OTHERS):
        password = os.environ.get(PASSWORD_OF_OTHERS, "")
    return password or "guest"


def connection_parameters(
    config: AmqpConfig, name: str, heartbeat: int = HEARTBEAT_SECONDS
) -> pika.ConnectionParameters:
    """Return how to connect; `name` is what the broker shows of us.

    After two `heartbeat`s without a word each side takes the other one for gone.

    Raises ConfigError when the password or the certificates cannot be read.
    """
    address = parse_broker(config.url)
    parameters = pika.ConnectionParameters(
        host=address.host,
        port=address.port,
        virtual_host=address.vhost,
        credentials=pika.PlainCredentials(address.username, password_of(config)),
        heartbeat=heartbeat,
        blocked_connection_timeout=BLOCKED_SECONDS,
        connection_attempts=1,
        socket_timeout=CONNECT_SECONDS,
        stack_timeout=CONNECT_SECONDS,
        client_properties={"connection_name": name},
    )
    if address.tls:
        try:
            context = ssl.create_default_context(cafile=config.ca_file or None)
        except OSError as error:
            raise ConfigError(
                f"amqp.ca_file: {config.ca_file} holds no certificates that can be read ({error})"
            ) from error
        if config.certificate_file:
            _show_certificate(config, context)
        parameters.ssl_options = pika.SSLOptions(context, address.host)
    return parameters


def _show_certificate(config: AmqpConfig, context: ssl.SSLContext) -> None:
    """Take our own certificate to show; raises ConfigError."""
    certificate, key = config.certificate_file, config.key_file or config.certificate_file
    for name, file in (("certificate_file", certificate), ("key_file", key)):
        try:
            Path(file).open("rb").close()
        except OSError as error:
            raise ConfigError(
                f"{name}: {file} cannot be read ({error.strerror}); make it readable for the "
                "user who runs this"
            ) from None
    try:
        # Without a function for it, OpenSSL asks the terminal for the password of a locked key.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise ConfigError(
            f"certificate_file: {certificate} holds no certificate, or {key} not its key "
            f"without a password ({reason})"
        ) from None
