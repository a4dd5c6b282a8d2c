"""Reads the tables of AMQP 0-9-1, in which a message has its headers.

pika's own reader gives up the whole table for one value that Python cannot hold, and it cuts the
fraction off each floating-point number. Here each value is as it was sent:

    t                boolean
    b B s u U I i    integers of 8, 8, 16, 16, 16, 32 and 32 bits; B, u and i have no sign
    l L              integers of 64 bits with a sign, as RabbitMQ reads both
    f d              floating-point numbers
    D                Decimal
    S                text; bytes when it is not UTF-8
    x                bytes
    A F              list and dict
    T                datetime; the number itself when Python has no such time
    V                None

What cannot be read is bytes too. The length of a value of unknown type is unknown, so such a value
reaches to the end of the table or list that it is in.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

DEEPEST = 64
"""How many tables and lists are read one inside another; what lies deeper stays bytes."""

_NUMBERS = {
    ord(kind): struct.Struct(f">{layout}")
    for kind, layout in zip("bBsuUIilLfd", "bBhHhiIqqfd", strict=True)
}
_LENGTH = struct.Struct(">L")
_DECIMAL = struct.Struct(">Bi")
_SECONDS = struct.Struct(">Q")
_BOOLEAN, _VOID, _TIME, _EXACT, _TEXT, _RAW, _LIST, _TABLE = b"tVTDSxAF"


class Field(NamedTuple):
    """A name with its value, and where both are in the data."""

    name: str
    """What is not UTF-8 in it is escaped."""
    value: Any
    start: int
    end: int


def read_table(data: bytes, start: int) -> tuple[dict[str, Any], int]:
    """Return the table that begins at `start`, and where it ends; no value makes it fail.

    Raises struct.error when not even its length is there.
    """
    content, end = contents(data, start)
    return {field.name: field.value for field in fields(data, content, end)}, end


def contents(data: bytes, start: int) -> tuple[int, int]:
    """Return where the content of a table begins and ends. Raises struct.error."""
    (length,) = _LENGTH.unpack_from(data, start)
    content = start + _LENGTH.size
    return content, min(content + length, len(data))


def fields(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[Field]:
    """Yield what is in a table whose content is from `start` to `end`."""
    while start < end:
        kind = start + 1 + data[start]
        name = data[start + 1 : min(kind, end)].decode(errors="backslashreplace")
        value, after = _read(data, kind, end, depth)
        yield Field(name, value, start, after)
        start = after


def read_short_text(data: bytes, start: int) -> tuple[str | bytes, int]:
    """Return a text of at most 255 bytes, as bytes when it is not UTF-8, and where it ends."""
    content = start + 1
    end = content + data[start]
    return _text(data[content:end]), end


def _read(data: bytes, start: int, end: int, depth: int) -> tuple[Any, int]:
    """Return the value whose type is at `start`, and where it ends: at `end` at the latest."""
    try:
        value, after = _value(data[start], data, start + 1, depth)
    except (struct.error, LookupError):
        after = end + 1
    return (value, after) if after <= end else (data[start:end], end)


def _value(kind: int, data: bytes, start: int, depth: int) -> tuple[Any, int]:
    """Return a value of a type; raises an error when it is unknown or the data end before."""
    number = _NUMBERS.get(kind)
    if number:
        return number.unpack_from(data, start)[0], start + number.size
    if kind == _BOOLEAN:
        return data[start] != 0, start + 1
    if kind == _VOID:
        return None, start
    if kind == _TIME:
        (seconds,) = _SECONDS.unpack_from(data, start)
        return _moment(seconds), start + _SECONDS.size
    if kind == _EXACT:
        places, digits = _DECIMAL.unpack_from(data, start)
        return Decimal(digits).scaleb(-places), start + _DECIMAL.size
    return _long(kind, data, start, depth + 1)


def _long(kind: int, data: bytes, start: int, depth: int) -> tuple[Any, int]:
    """Return a value that has its length before it."""
    if kind not in (_TEXT, _RAW, _LIST, _TABLE):
        raise LookupError(kind)
    (length,) = _LENGTH.unpack_from(data, start)
    content = start + _LENGTH.size
    end = content + length
    if kind == _TEXT:
        return _text(data[content:end]), end
    if kind == _RAW or depth > DEEPEST:
        return data[content:end], end
    if kind == _TABLE:
        return {field.name: field.value for field in fields(data, content, end, depth)}, end
    found = []
    while content < end:
        value, content = _read(data, content, end, depth)
        found.append(value)
    return found, end


def _text(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _moment(seconds: int) -> datetime | int:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return seconds
