"""Headers written type by type, as pika cannot write them."""

import struct

import pika


class Written(pika.BasicProperties):
    """Properties that are these bytes; pika cannot write all that AMQP has."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self._pieces = pieces

    def encode(self) -> list[bytes]:
        """Return them."""
        return list(self._pieces)


def table(*fields: bytes) -> bytes:
    """Return a table of AMQP, or with values for fields a list."""
    content = b"".join(fields)
    return struct.pack(">I", len(content)) + content


def field(name: bytes, kind: bytes, value: bytes) -> bytes:
    """Return a field of a table; `kind` is the letter of its type."""
    return bytes([len(name)]) + name + kind + value


def headers(*fields: bytes) -> Written:
    """Return properties that are headers alone."""
    return Written(struct.pack(">H", Written.FLAG_HEADERS), table(*fields))
