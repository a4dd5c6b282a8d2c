"""A house with lamps, its store and its broker."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kinds.lamp.house import House
from kinds.lamp.lit import Lit
from servers.rabbitmq import Broker
from servers.valkey import Valkey


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a copy of the house to which the kind was added."""
    house = House(tmp_path / "house", {})
    yield house
    house.close()


@pytest.fixture
def lit(
    house: House, rabbitmq: Broker, own_valkey: Callable[..., Valkey], tmp_path: Path
) -> Iterator[Lit]:
    """Give that house with a store of its own and a broker, and nothing started."""
    lit = Lit(house, rabbitmq, own_valkey(), tmp_path)
    yield lit
    lit.close()
