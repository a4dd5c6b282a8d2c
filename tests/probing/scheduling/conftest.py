"""Fixtures for the tests of the scheduler."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from probing.scheduling.fleet import Fleet
from probing.site import Answering
from servers.rabbitmq import Broker
from servers.valkey import Valkey


@pytest.fixture
def fleet(tmp_path: Path, rabbitmq: Broker, valkey: Valkey) -> Iterator[Fleet]:
    """Give a fleet in which nobody works yet."""
    made = Fleet(tmp_path, rabbitmq, valkey)
    yield made
    made.close()


@pytest.fixture
def site() -> Iterator[Answering]:
    """Give an HTTP server on loopback."""
    made = Answering()
    yield made
    made.close()
