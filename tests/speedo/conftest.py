"""Fixtures for the tests of speedos."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from blinkenlights.config import Config
from collector.running import RunningCollector
from servers.process import ServerProcess
from servers.programs import Program, programs
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from speedo.counting import CountingStore, Listening


@pytest.fixture
def counting(valkey: Valkey) -> CountingStore:
    """Give a store in which transfers can be counted."""
    return CountingStore(valkey)


@pytest.fixture
def collecting(counting: CountingStore) -> Iterator[None]:
    """Have a collector report to the store, as long as the test runs."""
    with counting.reporting():
        yield


@pytest.fixture
def listening(rabbitmq: Broker) -> Listening:
    """Give a queue that gets what is published to `log`."""
    return Listening(rabbitmq, "log")


@pytest.fixture
def configured(valkey: Valkey, rabbitmq: Broker, tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes a configuration with short intervals and returns its path."""

    def write(interval: float = 0.5, all_interval: float = 0.2, more: str = "") -> Path:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(
            f'[store]\nurl = "{valkey.url}"\n[log]\nurl = "{rabbitmq.url}"\n'
            f"[speedo]\ninterval = {interval}\nall_interval = {all_interval}\n{more}"
        )
        return path

    return write


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """Give a function that starts `blinkenlights` with words as a process of its own."""
    with programs(tmp_path) as make:

        def start(*words: object) -> ServerProcess:
            process = make(*words)
            process.start()
            return process

        yield start


@pytest.fixture
def collect() -> Iterator[Callable[[Config], RunningCollector]]:
    """Give a function that starts a collector with a configuration."""
    with ExitStack() as ends:

        def start(config: Config) -> RunningCollector:
            running = RunningCollector(config)
            ends.callback(running.stop)
            return running

        yield start
