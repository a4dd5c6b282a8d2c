"""Reading of hashes whose values are packed: only the fields asked for, a chunk at a time.

Standard library only: checks import this.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from blinkenlights.errors import StoreAnswer
from blinkenlights.store.reader import Command, Reply, StoreReader
from blinkenlights.store.sets import MEMBERS_AT_ONCE

Form = TypeVar("Form", str, bytes)
Value = TypeVar("Value")


def pairs(reply: Sequence[str]) -> list[tuple[str, str]]:
    """Return the fields and values in a reply to HGETALL."""
    return list(zip(reply[::2], reply[1::2], strict=True))


def values_of(
    store: StoreReader, key: str, fields: Sequence[str], parse: Callable[[str], Value]
) -> dict[str, Value]:
    """Return field -> value for those of `fields` that a hash has.

    Args:
        store: Where the hash is.
        key: Its key.
        fields: Which fields are wanted, any number of them.
        parse: Makes a value of its text; raises ValueError when it is not in our form.

    Raises:
        StoreAnswer: a value is not in our form; says which key.
    """
    return _values(store.ask, key, fields, parse)


def packed_values_of(
    store: StoreReader, key: str, fields: Sequence[str], parse: Callable[[bytes], Value]
) -> dict[str, Value]:
    """Do the same as `values_of`, for values that are packed numbers."""
    return _values(store.ask_bytes, key, fields, parse)


def parsed(parse: Callable[[Form], Value], raw: Form, key: str) -> Value:
    """Return what `parse` makes of a value; raises StoreAnswer with the key when it is not ours."""
    try:
        return parse(raw)
    except ValueError as error:
        raise StoreAnswer(f"{key} holds something that is not ours: {error}") from error


def _values(
    ask: Callable[[Command], list[Reply]],
    key: str,
    fields: Sequence[str],
    parse: Callable[[Form], Value],
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for start in range(0, len(fields), MEMBERS_AT_ONCE):
        chunk: Sequence[str] = fields[start : start + MEMBERS_AT_ONCE]
        reply: list[Form | None] = ask(("HMGET", key, *chunk))[0]
        for field, raw in zip(chunk, reply, strict=True):
            if raw is not None:
                values[field] = parsed(parse, raw, key)
    return values
