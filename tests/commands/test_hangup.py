"""SIGHUP to what does not read its configuration again."""

import signal
import socket
from pathlib import Path

import pytest

from commands.calling import Start
from servers.ports import find_free_port
from servers.valkey import Valkey

GOES_ON = "SIGHUP: the configuration is not read again"


@pytest.fixture
def config(valkey: Valkey, tmp_path: Path) -> Path:
    """Give a configuration for all daemons, whose broker is away."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(
        f'[store]\nurl = "{valkey.url}"\n'
        f'[log]\nurl = "amqp://127.0.0.1:{find_free_port()}/"\n'
        f'[web]\nlisten = "127.0.0.1:{find_free_port()}"\ntokens_file = "{tmp_path}/tokens"\n'
    )
    return path


@pytest.mark.parametrize(
    "words",
    [["web"], ["speedo"], ["route"], ["log", "--capture", "logs"]],
    ids=["web", "speedo", "route", "capture"],
)
def test_a_daemon_outlives_sighup(
    words: list[str],
    config: Path,
    tmp_path: Path,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says that nothing is read again, each time, goes on, and still ends in good order."""
    monkeypatch.chdir(tmp_path)
    daemon = start(*words, "--config", config)
    daemon.wait_for(lambda: daemon.err, "its first words")

    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for(lambda: daemon.err.count(GOES_ON) == 1, "its answer")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for(lambda: daemon.err.count(GOES_ON) == 2, "its second answer")

    assert daemon.end() == 0
    assert "Traceback" not in daemon.err


def test_what_somebody_watches_ends_with_its_terminal(config: Path, start: Start) -> None:
    """`blinkenlights log` is not left behind when its terminal is closed."""
    with socket.create_server(("127.0.0.1", 0)) as slow_broker:
        port = slow_broker.getsockname()[1]
        slow_broker.settimeout(15)
        live = start("log", "--config", config, "--broker", f"amqp://127.0.0.1:{port}/")
        connection, _ = slow_broker.accept()

        code = live.end(signal.SIGHUP)

    connection.close()
    assert code == -signal.SIGHUP
