"""What systemd is told of daemons: when they work, and that they go on working."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blinkenlights.commands.supervision import Supervision
from commands.calling import Running
from servers.ports import find_free_port
from servers.valkey import Valkey

SECONDS = 20.0
Start = Callable[..., Running]


@contextmanager
def bound(name: str) -> Iterator[socket.socket]:
    """Give a socket as systemd has one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name)
        listener.settimeout(SECONDS)
        yield listener


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Give the socket at which systemd listens to the processes that are started."""
    with bound(str(tmp_path / "notify")) as listener:
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Give a function that starts `blinkenlights` with a configuration."""
    running: list[Running] = []

    def start(command: str, config: str) -> Running:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(config)
        running.append(Running([command, "--config", str(path)], tmp_path))
        return running[-1]

    yield start
    for each in running:
        each.end(signal.SIGKILL)


def told(systemd: socket.socket) -> str:
    return systemd.recv(100).decode()


def test_it_is_ready_once_and_alive_again_and_again(tmp_path: Path) -> None:
    """A report that the store does not take yet is a sign of life, and no more."""
    with bound(str(tmp_path / "notify")) as systemd:
        supervision = Supervision({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        for is_stored in (False, True, True):
            supervision.reported(is_stored=is_stored)

        assert [told(systemd) for _ in range(4)] == ["WATCHDOG=1", "READY=1", *["WATCHDOG=1"] * 2]


def test_a_name_that_is_in_no_folder_is_one() -> None:
    """The kernel has it with a zero byte where systemd writes an @."""
    name = f"blinkenlights-test-{find_free_port()}"
    with bound(f"\0{name}") as systemd:
        Supervision({"NOTIFY_SOCKET": f"@{name}"}).ready()

        assert told(systemd) == "READY=1"


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_where_nobody_listens_nothing_is_told(environment: dict[str, str]) -> None:
    """A daemon runs without systemd as it does with it."""
    Supervision(environment).reported(is_stored=True)


@pytest.mark.usefixtures("bare_environment")
def test_a_collector_is_ready_when_a_report_is_stored(
    valkey: Valkey, systemd: socket.socket, start: Start, tmp_path: Path
) -> None:
    """While the store hangs it has not started; then it says each second that it goes on."""
    valkey.process.pause()
    try:
        collector = start(
            "collect",
            f'[store]\nurl = "{valkey.url}"\n[[lines]]\nlisten = "unix://{tmp_path}/lines"\n',
        )
        collector.wait_for(lambda: "the store fails" in collector.err, "the store to be missed")
        systemd.setblocking(False)
        with pytest.raises(BlockingIOError):
            told(systemd)
    finally:
        valkey.process.resume()
    systemd.settimeout(SECONDS)

    assert [told(systemd) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


@pytest.mark.usefixtures("bare_environment")
def test_a_web_server_is_ready_when_it_listens(
    valkey: Valkey, systemd: socket.socket, start: Start
) -> None:
    """Whoever is started after it can connect; then it says that it goes on."""
    port = find_free_port()
    start("web", f'[store]\nurl = "{valkey.url}"\n[web]\nlisten = "127.0.0.1:{port}"\n')

    first = told(systemd)
    socket.create_connection(("127.0.0.1", port), SECONDS).close()

    assert first == "READY=1"
    assert told(systemd) == "WATCHDOG=1"
