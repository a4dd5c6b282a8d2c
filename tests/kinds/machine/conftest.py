"""Fixtures for the tests of the store."""

from collections.abc import Iterator

import pytest

from servers.machines import Told
from servers.valkey import Valkey


@pytest.fixture
def told(valkey: Valkey) -> Iterator[Told]:
    """Give an empty store that machines are told of to."""
    told = Told(valkey)
    yield told
    told.close()
