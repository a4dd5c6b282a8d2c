"""The properties of a message, read when they are wanted and as far as they can be."""

import contextlib
from typing import Any

import pika


class ReceivedProperties(pika.BasicProperties):
    """The properties of a message that was received, as far as they can be read.

    A broker passes on headers on which pika raises an error, such as a time after the year 9999.
    That would end the connection, and the same message would come again on the next one, for ever.

    They are decoded when the first of them is asked for: that takes a sixth of all the time that
    a message takes in pika, and of a heartbeat nobody asks for any.

    Published again, they are what was received, byte by byte: pika alone would write some types of
    AMQP as others.
    """

    _received = b""

    def __init__(self) -> None:
        """Leave the attributes that pika sets to `__getattr__`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of any type in AMQP
        """Return a property that was not asked for before; what cannot be read is None."""
        if "headers" in vars(self):
            raise AttributeError(name)
        super().__init__()
        with contextlib.suppress(Exception):  # whatever a sender put there
            super().decode(self._received)
        return getattr(self, name)

    def decode(self, encoded: bytes, offset: int = 0) -> "ReceivedProperties":
        """Take what is to be read."""
        self._received = encoded[offset:]
        return self

    def encode(self) -> list[bytes]:
        """Return what was received."""
        return [self._received]


pika.spec.props[pika.BasicProperties.INDEX] = ReceivedProperties
