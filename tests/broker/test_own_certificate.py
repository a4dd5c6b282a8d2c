"""Our own certificate, for brokers that want one."""

from pathlib import Path

import pytest

from blinkenlights.broker.address import connection_parameters
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import ConfigError
from servers.certificates import Certificates, issue


@pytest.fixture
def files(tmp_path: Path) -> Certificates:
    """Give certificates."""
    return issue(tmp_path)


def config(certificate: Path, key: Path | str = "") -> AmqpConfig:
    """Return a source that shows a certificate."""
    return AmqpConfig(
        url="amqps://127.0.0.1/",
        exchange="e",
        queue="q",
        kind="k",
        certificate_file=str(certificate),
        key_file=str(key),
    )


def test_a_key_may_be_in_the_same_file(files: Certificates, tmp_path: Path) -> None:
    """Or in another one."""
    both = tmp_path / "both.pem"
    both.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())

    assert connection_parameters(config(both), "test").ssl_options is not None
    assert connection_parameters(config(files.certificate, files.key), "test").ssl_options


def test_a_file_that_is_not_there_is_named(files: Certificates, tmp_path: Path) -> None:
    """With the key of the configuration that names it."""
    with pytest.raises(ConfigError, match=r"key_file: .*none\.pem cannot be read"):
        connection_parameters(config(files.certificate, tmp_path / "none.pem"), "test")


def test_a_key_of_another_certificate_is_refused(files: Certificates, tmp_path: Path) -> None:
    """Before anybody connects."""
    other = tmp_path / "other"
    other.mkdir()

    with pytest.raises(ConfigError, match=r"holds no certificate, or .* not its key"):
        connection_parameters(config(files.certificate, issue(other).key), "test")
