"""Fixtures for the tests of workers."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probing.site import Answering
from probing.working.driver import Driver
from servers.process import ServerProcess
from servers.rabbitmq import Broker

MakeWorker = Callable[..., ServerProcess]


@pytest.fixture
def server() -> Iterator[Answering]:
    """Give an HTTP server on loopback."""
    made = Answering()
    yield made
    made.close()


@pytest.fixture
def driver(rabbitmq: Broker) -> Iterator[Driver]:
    """Give somebody who plays the scheduler."""
    made = Driver(rabbitmq)
    yield made
    made.close()


@pytest.fixture
def make_worker(tmp_path: Path, rabbitmq: Broker) -> Iterator[MakeWorker]:
    """Give a function that starts `blinkenlights probe work` of a name.

    It takes further lines of `[workers]`, of `[probe]`, and variables.
    """
    made: list[ServerProcess] = []

    def make(
        name: str,
        *,
        workers: str = "",
        probe: str = "",
        url: str = "",
        **variables: str,
    ) -> ServerProcess:
        file = tmp_path / f"{name}.toml"
        file.write_text(
            f'[workers]\nbroker = "{url or rabbitmq.url}"\n{workers}\n[probe]\n{probe}\n'
        )
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "blinkenlights", "probe", "work"]
        command += ["--config", str(file), "--name", name]
        environment = {**os.environ, **variables}
        made.append(ServerProcess(command, folder, lambda: True, environment=environment))
        made[-1].start()
        return made[-1]

    yield make
    for process in made:
        process.resume() if process.is_running() else None
        process.kill()
