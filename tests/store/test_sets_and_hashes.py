"""Reading of sorted sets and packed hashes, as every kind does it."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import matcher
from blinkenlights.store import hashes, sets
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.valkey import Valkey

NAMES = st.text("ab*?[]!^-\\", min_size=1, max_size=4)


@pytest.fixture
def store(valkey: Valkey) -> Iterator[StoreReader]:
    with StoreReader(parse_address(valkey.url), 5) as store:
        yield store


def number(packed: bytes) -> int:
    try:
        return int(struct.unpack("<Q", packed)[0])
    except struct.error as error:
        raise ValueError(str(error)) from error


def test_replies_with_scores(store: StoreReader, valkey: Valkey) -> None:
    """Members and their scores, lowest first; as many as are asked for, and within bounds."""
    valkey.client().zadd("s", {"c": 3.5, "a": 1, "b": 2})

    lowest, two, middle, one = store.ask(
        sets.lowest("s"),
        sets.lowest("s", 2),
        sets.between("s", "(1", "+inf"),
        sets.between("s", "-inf", "+inf", 1),
    )

    assert list(sets.scores(lowest).items()) == [("a", 1), ("b", 2), ("c", 3.5)]
    assert sets.scores(two) == {"a": 1, "b": 2}
    assert sets.scores(middle) == {"b": 2, "c": 3.5}
    assert sets.scores(one) == {"a": 1}


def test_no_more_are_listed_than_can_be(
    store: StoreReader, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a number, at most `MOST_LISTED` come."""
    monkeypatch.setattr(sets, "MOST_LISTED", 2)
    valkey.client().zadd("s", {"a": 1, "b": 2, "c": 3})

    replies = store.ask(sets.lowest("s"), sets.between("s", "-inf", "+inf"))

    assert [sets.scores(reply) for reply in replies] == [{"a": 1, "b": 2}] * 2


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_scores_of_certain_members(
    store: StoreReader, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """For each set those that are in it, however many commands it takes."""
    monkeypatch.setattr(sets, "MEMBERS_AT_ONCE", at_once)
    client = valkey.client()
    client.zadd("s", {"a": 1, "b": 2})
    client.zadd("t", {"b": 3})

    assert sets.scores_of(store, ["s", "t", "none"], ["b", "x", "a"]) == [
        {"b": 2, "a": 1},
        {"b": 3},
        {},
    ]
    assert sets.scores_of(store, ["s"], []) == [{}]
    assert sets.scores_of(store, [], ["a"]) == []


@given(st.sets(NAMES, max_size=6), NAMES)
@example({"a\\b", "aab"}, "a\\b")
@example({"[a]", "a"}, "[a]")
@example({"a", "b", "^"}, "[^a]")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_what_matches(
    store: StoreReader, valkey: Valkey, names: set[str], glob: str
) -> None:
    """What the store sends is narrowed by its own rules, and nothing that matches is missing."""
    client = valkey.client()
    client.delete("s")
    if names:
        client.zadd("s", dict.fromkeys(names, 1.0))

    found = sets.scan(store, "s", glob)

    assert found == {name: 1.0 for name in names if matcher([glob])(name)}


def test_a_search_through_many(store: StoreReader, valkey: Valkey) -> None:
    """A set that takes several steps is searched to its end."""
    valkey.client().zadd("s", {f"m{number}": number for number in range(12_000)})

    assert sets.scan(store, "s", "m1199?") == {f"m{n}": n for n in range(11_990, 12_000)}


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_values_of_certain_fields(
    store: StoreReader, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Those that are there, parsed, however many commands it takes."""
    monkeypatch.setattr(hashes, "MEMBERS_AT_ONCE", at_once)
    valkey.client().hset("h", mapping={"a": "1", "b": "2", "c": "3"})

    assert hashes.values_of(store, "h", ["c", "x", "a"], int) == {"c": 3, "a": 1}
    assert hashes.values_of(store, "h", [], int) == {}
    assert hashes.values_of(store, "none", ["a"], int) == {}


def test_packed_values(store: StoreReader, valkey: Valkey) -> None:
    """Bytes that are no text arrive as they are, and text is text again after them."""
    valkey.client().hset("h", mapping={"a": struct.pack("<Q", 2**64 - 1), "b": "ü"})

    assert hashes.packed_values_of(store, "h", ["a", "x"], number) == {"a": 2**64 - 1}
    assert hashes.values_of(store, "h", ["b"], str) == {"b": "ü"}


def test_a_value_that_is_not_ours(store: StoreReader, valkey: Valkey) -> None:
    """It is said with its key, whether it is text or packed."""
    valkey.client().hset("h", "a", "one")

    with pytest.raises(StoreAnswer, match=r"^h holds something that is not ours: invalid literal"):
        hashes.values_of(store, "h", ["a"], int)
    with pytest.raises(StoreAnswer, match=r"^h holds something that is not ours: unpack requires"):
        hashes.packed_values_of(store, "h", ["a"], number)


def test_pairs() -> None:
    """Fields and values come one after the other."""
    assert hashes.pairs(["a", "1", "b", "2"]) == [("a", "1"), ("b", "2")]
