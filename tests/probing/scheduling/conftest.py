"""Fixtures for the tests of the scheduler."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from probing.scheduling.fleet import Fleet
from servers.rabbitmq import Broker
from servers.valkey import Valkey


@pytest.fixture
def fleet(tmp_path: Path, rabbitmq: Broker, valkey: Valkey) -> Iterator[Fleet]:
    """Give a fleet in which nobody works yet."""
    made = Fleet(tmp_path, rabbitmq, valkey)
    yield made
    made.close()
