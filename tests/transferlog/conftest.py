"""Fixtures for the tests of the transfer log."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.programs import Program, programs
from transferlog.running import Daemon, Running

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
    with programs(tmp_path) as make:
        yield make
