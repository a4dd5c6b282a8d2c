"""Fixtures for the tests of commands."""

import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.cli import main
from commands.calling import Command, Outcome, Running, Start
from servers.bare import remove_settings
from servers.process import make_folder, remove_folder


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings of this machine away: no variables, no system files."""
    remove_settings(monkeypatch)
    monkeypatch.setenv("BLINKENLIGHTS_STATE", str(tmp_path / "state"))
    for name in ("SYSTEM_CONFIG", "SYSTEM_STATE"):
        monkeypatch.setattr(f"blinkenlights.locations.{name}", str(tmp_path / name))


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a function that calls `blinkenlights` with words, and returns code and output."""

    def call(*words: object) -> Outcome:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Give a function that starts `blinkenlights` with words as a process of its own."""
    running: list[Running] = []

    def start(*words: object) -> Running:
        running.append(Running([str(word) for word in words], tmp_path))
        return running[-1]

    yield start
    for each in running:
        each.end(signal.SIGKILL)


@pytest.fixture
def state() -> Iterator[Path]:
    """Give a folder with a path that is short enough for sockets."""
    folder = make_folder("state")
    yield folder
    remove_folder(folder)


@pytest.fixture
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the address of a receiver, and what it was told."""
    messages: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            messages.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", messages
    server.shutdown()
    server.server_close()
    thread.join(10)
