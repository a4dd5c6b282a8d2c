"""Reading of a history: exactly the minutes that are asked for, however they lie in its fields."""

import struct
from collections.abc import Iterator

import pytest

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.transfer.keys import HISTORY, MINUTES_PER_FIELD, Slot
from blinkenlights.kinds.transfer.read import minutes_of
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey

NOTHING = Slot(0, 0, 0, 0)


@pytest.fixture
def store(valkey: Valkey) -> Iterator[StoreReader]:
    for block in (10, 11):
        slots = [
            struct.pack("<IIIHIH", block * MINUTES_PER_FIELD + place, 1, 7, 1, 0, 0)
            for place in range(MINUTES_PER_FIELD)
        ]
        valkey.client().hset(f"{HISTORY}client:anna", f"m{block}", b"".join(slots))
    with StoreReader(parse_address(valkey.url), 5) as store:
        yield store


@pytest.mark.parametrize(("first", "last"), [(150, 150), (164, 164), (163, 166), (150, 179)])
def test_minutes_that_are_there(store: StoreReader, first: int, last: int) -> None:
    """One in the middle of a field, and those on both sides of where fields meet."""
    history = minutes_of(store, "client", ["anna"], first, last)

    wanted = [Slot(minute, 1, 7 + 2**32, 0) for minute in range(first, last + 1)]
    assert history == {"anna": wanted}


def test_minutes_in_which_nothing_happened(store: StoreReader) -> None:
    """Before what is there, after it, and of who has nothing at all."""
    history = minutes_of(store, "client", ["anna", "bert"], 148, 150)

    assert history["anna"] == [NOTHING, NOTHING, Slot(150, 1, 7 + 2**32, 0)]
    assert history["bert"] == [NOTHING] * 3
    assert minutes_of(store, "client", ["anna"], 179, 181)["anna"][1:] == [NOTHING] * 2


@pytest.mark.parametrize("broken", [b"", b"x", bytes(20)])
def test_a_field_that_is_not_ours(store: StoreReader, valkey: Valkey, broken: bytes) -> None:
    """It is said with its key; it is not taken for minutes that are elsewhere."""
    valkey.client().hset(f"{HISTORY}client:anna", "m10", broken)

    with pytest.raises(StoreAnswer, match="history:client:anna holds something that is not ours"):
        minutes_of(store, "client", ["anna"], 150, 151)
