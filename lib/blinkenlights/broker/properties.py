"""The properties of a message, read when they are wanted and as far as they can be."""

import struct
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pika

from blinkenlights.broker.field_table import contents, fields, read_short_text, read_table

_WORD = struct.Struct(">H")
_TABLE_LENGTH = struct.Struct(">L")
_SECONDS = struct.Struct(">Q")
_MORE_FLAGS = 1


def _octet(data: bytes, start: int) -> tuple[int, int]:
    return data[start], start + 1


def _seconds(data: bytes, start: int) -> tuple[int, int]:
    return int(_SECONDS.unpack_from(data, start)[0]), start + _SECONDS.size


_READERS: dict[str, Callable[[bytes, int], tuple[Any, int]]] = {
    "content_type": read_short_text,
    "content_encoding": read_short_text,
    "headers": read_table,
    "delivery_mode": _octet,
    "priority": _octet,
    "correlation_id": read_short_text,
    "reply_to": read_short_text,
    "expiration": read_short_text,
    "message_id": read_short_text,
    "timestamp": _seconds,
    "type": read_short_text,
    "user_id": read_short_text,
    "app_id": read_short_text,
    "cluster_id": read_short_text,
}
"""In the order in which they are sent."""
_FLAGS = {name: 0x8000 >> place for place, name in enumerate(_READERS)}


class ReceivedProperties(pika.BasicProperties):
    """The properties of a message that was received, each value as it was sent.

    On some headers that a broker passes on pika raises an error, such as a time after the year
    9999. That would end the connection, and the same message would come again on the next one, for
    ever.

    They are decoded when the first of them is asked for: that takes a sixth of all the time that
    a message takes in pika, and of a heartbeat nobody asks for any.

    Published again, they are what was received, byte by byte: pika alone would write some types of
    AMQP as others.
    """

    _received = b""

    def __init__(self) -> None:
        """Leave the attributes that pika sets to `__getattr__`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of any type in AMQP
        """Return a property that was not asked for before; one that was not sent is None."""
        if "headers" in vars(self):
            raise AttributeError(name)
        super().__init__()
        for each, value, _, _ in _sent(self._received):
            setattr(self, each, value)
        return getattr(self, name)

    def decode(self, encoded: bytes, offset: int = 0) -> "ReceivedProperties":
        """Take what is to be read."""
        self._received = encoded[offset:]
        return self

    def encode(self) -> list[bytes]:
        """Return what was received."""
        return [self._received]


def without(
    properties: pika.BasicProperties, headers: Collection[str] = (), *, user: bool = False
) -> ReceivedProperties:
    """Return properties without some of their headers, and all else byte by byte the same.

    Args:
        properties: From which to leave them out.
        headers: Their names. A table in which nothing is left is left out as well.
        user: Whether to leave out the user who published.
    """
    sent = b"".join(properties.encode())
    flags, pieces = 0, []
    for name, _, start, end in _sent(sent):
        piece = sent[start:end]
        if name == "headers":
            piece = _table_without(sent, start, headers)
        if piece and not (user and name == "user_id"):
            flags |= _FLAGS[name]
            pieces.append(piece)
    return ReceivedProperties().decode(_WORD.pack(flags) + b"".join(pieces))


def _sent(data: bytes) -> Iterator[tuple[str, Any, int, int]]:
    """Yield name and value of each property that was sent, and where it begins and ends.

    Those end where the data end too early, which no broker sends.
    """
    try:
        (flags,) = _WORD.unpack_from(data)
        start, more = _WORD.size, flags & _MORE_FLAGS
        while more:
            more = _WORD.unpack_from(data, start)[0] & _MORE_FLAGS
            start += _WORD.size
        for name, read in _READERS.items():
            if flags & _FLAGS[name]:
                value, end = read(data, start)
                yield name, value, start, end
                start = end
    except (struct.error, IndexError):
        return


def _table_without(data: bytes, start: int, names: Collection[str]) -> bytes:
    content, end = contents(data, start)
    kept = [
        data[field.start : field.end]
        for field in fields(data, content, end)
        if field.name not in names
    ]
    table = b"".join(kept)
    return _TABLE_LENGTH.pack(len(table)) + table if table else b""


pika.spec.props[pika.BasicProperties.INDEX] = ReceivedProperties
