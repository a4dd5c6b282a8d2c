"""Fixtures for the tests of transfers."""

from collections.abc import Iterator

import pytest

from kinds.transfer.counted import CountedTransfers
from kinds.transfer.counter import Counter
from servers.valkey import Valkey


@pytest.fixture
def counter(valkey: Valkey) -> Counter:
    """Give what counts."""
    return Counter(valkey.url)


@pytest.fixture
def counted(valkey: Valkey) -> Iterator[CountedTransfers]:
    """Give what was counted."""
    with valkey.client(decode_responses=False) as client:
        yield CountedTransfers(client)
