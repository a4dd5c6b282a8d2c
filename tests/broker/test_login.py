"""As whom we log in at a broker: what we are told, and else what the old listener was told."""

from collections.abc import Mapping
from pathlib import Path

import pika
import pytest

from blinkenlights.broker.address import connection_parameters
from blinkenlights.config import AmqpConfig
from collector.running import amqp_config
from servers.bare import remove_settings

OLD = {"AMQP_USER": "relops", "AMQP_PASS": "p4ss:w/rd@?"}


def login(config: AmqpConfig) -> tuple[str, str]:
    credentials = connection_parameters(config, "test").credentials
    assert isinstance(credentials, pika.PlainCredentials)
    return credentials.username, credentials.password


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("amqps://pulse.mozilla.org:5671/", OLD, ("relops", "p4ss:w/rd@?")),
        ("amqp://127.0.0.1/", {}, ("guest", "guest")),
        ("amqp://127.0.0.1/", {"AMQP_USER": "", "AMQP_PASS": ""}, ("guest", "guest")),
        ("amqp://relops@127.0.0.1/", OLD, ("relops", "p4ss:w/rd@?")),
        ("amqp://relops:ours@127.0.0.1/", OLD, ("relops", "ours")),
        ("amqp://else:ours@127.0.0.1/", OLD, ("else", "ours")),
        ("amqp://else@127.0.0.1/", OLD, ("else", "guest")),
        ("amqp://guest@127.0.0.1/", {"AMQP_PASS": "p4ss"}, ("guest", "guest")),
    ],
)
def test_a_login(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    environment: Mapping[str, str],
    expected: tuple[str, str],
) -> None:
    """Ours wins, each part by itself, and nobody but AMQP_USER gets AMQP_PASS."""
    remove_settings(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert login(amqp_config(url)) == expected


def test_a_password_file_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its password is that of whoever logs in, also of AMQP_USER."""
    for name, value in OLD.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "password"
    file.write_text("of the file\n")

    found = login(amqp_config("amqp://127.0.0.1/", password_file=str(file)))

    assert found == ("relops", "of the file")
