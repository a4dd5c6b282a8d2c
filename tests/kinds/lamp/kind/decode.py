"""Lamps on the wire: `{"lamp": "hall", "on": true, "timestamp": 1795226121}`."""

import msgspec
from blinkenlights.kinds.lamp.fact import Lamp

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import Invalid, event_time, printable_name
from blinkenlights.kinds.signal import Properties


class _Message(msgspec.Struct):
    lamp: str
    on: bool
    timestamp: object = None


_decode = msgspec.json.Decoder(_Message).decode


def decode(
    body: bytes, _key: str, _properties: Properties | None, receipt: float | None, _exchange: str
) -> Lamp | Rejected:
    """Return what a lamp says, or why it says nothing."""
    try:
        message = _decode(body)
        return Lamp(
            event_time(message.timestamp, receipt),
            printable_name(message.lamp, "lamp"),
            message.on,
        )
    except Invalid as invalid:
        return invalid.rejected
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("no lamp", str(error))
