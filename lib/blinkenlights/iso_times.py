"""Times as ISO 8601 writes them, with what `datetime` does not take though senders write it."""

import re
from datetime import UTC, datetime

_LEAP = re.compile(r"([\dW-]+.\d\d:?\d\d:?)6([01])(.*)", re.DOTALL).fullmatch
"""A leap second, 61 being the most that `struct_time` has."""


def iso_time(text: str) -> float:
    """Return seconds since the epoch; UTC unless the text says. Raises ValueError, OverflowError.

    A leap second is the second after the one before it, and `t` and `z` may be small, as RFC 3339
    has it.
    """
    over = 0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        given = text[:-1] + "Z" if text.endswith("z") else text
        leap = _LEAP(given)
        if leap is not None:
            start, second, rest = leap.groups()
            given, over = f"{start}59{rest}", int(second) + 1
        moment = datetime.fromisoformat(given)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() + over
