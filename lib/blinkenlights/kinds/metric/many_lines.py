"""Bodies of many lines, each by itself, in forms whose lines may have no time."""

from collections.abc import Callable, Sequence

from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.fields import LATEST_TIME
from blinkenlights.kinds.format import MANY_LINES_BYTES
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.signal import Decode, Decoded, Properties

Part = tuple[bytes, Event | Skipped | Rejected]
"""A line, or what of it says it, with what is in it."""
Read = Callable[[Sequence[bytes], float | None], Sequence[Part]]
"""Gives what is in lines, none of which is blank, and when they were sent, if anybody knows."""

NO_TIME = (
    "no time in it; publish it with the property timestamp, or have RabbitMQ set it: "
    "message_interceptors.incoming.set_header_timestamp.overwrite = false"
)
"""What to do about a message that may have waited in a queue, nobody knows how long."""


def sent(properties: Properties | None, receipt: float | None) -> float | None:
    """Return when a message was sent; None where nothing tells.

    RabbitMQ's interceptor sets the header `timestamp_in_ms` and the property `timestamp`, which
    has whole seconds: https://www.rabbitmq.com/docs/message-interceptors.
    """
    if receipt is not None:
        return receipt
    headers = (properties and properties.headers) or {}
    for time, scale in (
        (headers.get("timestamp_in_ms"), 1000.0),
        (getattr(properties, "timestamp", None), 1.0),
    ):
        if isinstance(time, int) and not isinstance(time, bool) and 0 < time / scale < LATEST_TIME:
            return time / scale
    return None


def lines_decoder(read: Read) -> Decode:
    """Return what decodes bodies of lines; what is wrong with one costs that line only."""

    def decode(
        body: bytes,
        _key: str,
        properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Decoded:
        if len(body) > MANY_LINES_BYTES:
            return Rejected("too large", f"more than {MANY_LINES_BYTES} bytes")
        lines = [line for line in body.split(b"\n") if line and not line.isspace()]
        parts = read(lines, sent(properties, receipt))
        if len(parts) == 1:
            return parts[0][1]
        return Several(parts) if parts else Rejected("no line", "nothing but comments and blanks")

    return decode
