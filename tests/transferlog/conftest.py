"""Fixtures for the tests of the transfer log."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.process import ServerProcess
from transferlog.running import Daemon, Running

Program = Callable[..., ServerProcess]
Start = Callable[[Daemon], Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Give a function that runs a daemon in a thread of its own."""
    started: list[Running] = []

    def start(daemon: Daemon) -> Running:
        started.append(Running(daemon))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Give a function that makes a process of `blinkenlights` with words; it is not yet started."""
    made: list[ServerProcess] = []

    def make(*words: object) -> ServerProcess:
        folder = tmp_path / f"process{len(made)}"
        folder.mkdir()
        environment = {name: os.environ[name] for name in os.environ if "BLINKENLIGHTS" not in name}
        environment["BLINKENLIGHTS_STATE"] = str(folder)
        process = ServerProcess(
            [sys.executable, "-m", "blinkenlights", *map(str, words)],
            folder=folder,
            is_ready=lambda: True,
            environment=environment,
        )
        made.append(process)
        return process

    yield make
    for each in made:
        each.kill()
