"""Fixtures for the tests of faults."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.store import layout
from faults.chain import Chain
from servers.bare import remove_settings
from servers.rabbitmq import Broker
from servers.valkey import Valkey


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of this machine away."""
    remove_settings(monkeypatch)


@pytest.fixture
def chain(rabbitmq: Broker, valkey: Valkey, tmp_path: Path) -> Iterator[Chain]:
    """Give a broker with nothing in it, an empty store, and a way to start collectors."""
    chain = Chain(rabbitmq, valkey, tmp_path)
    chain.client.set(layout.BORN, wall_clock() - 86400)
    yield chain
    chain.remove()


@pytest.fixture
def lasting_chain(
    rabbitmq: Broker, own_valkey: Callable[..., Valkey], tmp_path: Path
) -> Iterator[Chain]:
    """Give a chain whose store keeps everything over a restart."""
    chain = Chain(rabbitmq, own_valkey({"appendonly": "yes"}), tmp_path)
    chain.client.set(layout.BORN, wall_clock() - 86400)
    yield chain
    chain.remove()
