"""Fixtures for the tests of the collector."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import Config
from collector.onward_site import Collect, Site
from collector.running import EXCHANGE, QUEUE, RunningCollector, Stored
from servers.pulse import Pulse
from servers.rabbitmq import Broker
from servers.valkey import Valkey


@pytest.fixture
def collect() -> Iterator[Callable[..., RunningCollector]]:
    """Give a function that starts a collector with a configuration and, if wanted, a clock."""
    with ExitStack() as ends:

        def start(config: Config, clock: Clock = wall_clock) -> RunningCollector:
            running = RunningCollector(config, clock)
            ends.callback(running.stop)
            return running

        yield start


@pytest.fixture
def stored(valkey: Valkey) -> Stored:
    """Give what is in the store."""
    return Stored(valkey.client())


@pytest.fixture
def bound(rabbitmq: Broker) -> Broker:
    """Give a broker that has the exchange and the queue, and nobody who consumes."""
    rabbitmq.bind(EXCHANGE, QUEUE, "heartbeat.#")
    return rabbitmq


@pytest.fixture
def pulse(rabbitmq: Broker) -> Pulse:
    """Give a broker with the exchanges of Taskcluster, and a user with rights as on Pulse."""
    return Pulse(rabbitmq, f"relops-{rabbitmq.vhost}")


@pytest.fixture
def site(
    valkey: Valkey,
    tmp_path: Path,
    free_port: Callable[[], int],
    collect: Collect,
) -> Site:
    """Give a site."""
    return Site(valkey, tmp_path, free_port(), collect)
