"""What the addresses of brokers mean, and that nothing shows a password."""

from pathlib import Path

import pytest

from blinkenlights.broker.address import BrokerAddress, connection_parameters, parse_broker
from blinkenlights.errors import ConfigError
from collector.running import amqp_config


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        (
            "amqp://guest:guest@127.0.0.1:5672/",
            BrokerAddress("127.0.0.1", 5672, "/", "guest", tls=False),
            "127.0.0.1:5672/",
        ),
        (
            "amqp://host",
            BrokerAddress("host", 5672, "/", "guest", tls=False),
            "host:5672/",
        ),
        (
            "amqps://fleet@host/prod",
            BrokerAddress("host", 5671, "prod", "fleet", tls=True),
            "host:5671/prod",
        ),
        (
            "amqp://a%40b:p%2Fw@host:1234/%2Fprod%20one",
            BrokerAddress("host", 1234, "/prod one", "a@b", tls=False),
            "host:1234/prod one",
        ),
        (
            "amqp://[::1]:5672/",
            BrokerAddress("::1", 5672, "/", "guest", tls=False),
            "[::1]:5672/",
        ),
    ],
)
def test_broker_addresses(url: str, address: BrokerAddress, shown: str) -> None:
    """Defaults are those of the AMQP URI specification, and nobody sees user or password."""
    assert parse_broker(url) == address
    assert str(parse_broker(url)) == shown


@pytest.mark.parametrize(
    ("url", "username", "password"),
    [
        ("amqp://host", "guest", "guest"),
        ("amqp://fleet:p%40ss@host", "fleet", "p@ss"),
        ("amqp://fleet@host", "fleet", "guest"),
    ],
)
def test_credentials(url: str, username: str, password: str) -> None:
    """They come from the URL when there is no file."""
    parameters = connection_parameters(amqp_config(url), "blinkenlights")

    credentials = parameters.credentials
    assert (credentials.username, credentials.password) == (username, password)  # type: ignore[attr-defined]


def test_a_password_in_a_file_wins(tmp_path: Path) -> None:
    """The URL may still hold an old one."""
    file = tmp_path / "password"
    file.write_text("new\n")
    source = amqp_config("amqp://fleet:old@host", password_file=str(file))

    parameters = connection_parameters(source, "blinkenlights")

    assert parameters.credentials.password == "new"  # type: ignore[attr-defined]


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    """The error names the key and the file."""
    source = amqp_config("amqps://host", ca_file=f"{tmp_path}/none.pem")

    with pytest.raises(ConfigError, match=r"amqp.ca_file: .*/none.pem holds no certificates"):
        connection_parameters(source, "blinkenlights")
