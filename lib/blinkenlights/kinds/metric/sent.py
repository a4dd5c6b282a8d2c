"""When a message was sent of which the form itself has no time."""

from blinkenlights.kinds.fields import LATEST_TIME
from blinkenlights.kinds.signal import Properties

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
