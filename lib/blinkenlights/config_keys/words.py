"""How values are shown in messages, and what is wrong with those that name something.

Each check raises ValueError with a sentence.
"""

import json
import re

from blinkenlights.durations import seconds_in

EXCHANGE_TYPES = ("direct", "fanout", "headers", "topic")
BROKER_NAME_BYTES = 255
SHOWN_CHARACTERS = 60
DEFAULT_LOCATION = "default"
"""Where endpoints are probed from whose files say nothing else."""
_LOCATION = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def shown(value: object) -> str:
    """Return `value` as it may stand in a message: short, in one line, printable ASCII."""
    if isinstance(value, dict):
        return "a table"
    text = json.dumps(value, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."


def printable(text: str) -> str:
    """Return `text` with everything but printable ASCII escaped, at most a line long."""
    return shown(text)[1:-1] if not text.isascii() or not text.isprintable() else text


def check_type(text: str) -> None:
    """Accept the types of exchange that AMQP 0-9-1 knows."""
    if text not in EXCHANGE_TYPES:
        raise ValueError(
            f"{shown(text)} is not an exchange type; use direct, fanout, headers or topic"
        )


def check_broker_name(text: str) -> None:
    """Accept what a broker takes as the name of a queue or an exchange."""
    if not text:
        raise ValueError("is empty; give it a name")
    if len(text.encode()) > BROKER_NAME_BYTES:
        raise ValueError(f"is longer than {BROKER_NAME_BYTES} bytes, which no broker takes")


def check_broker_name_if_any(text: str) -> None:
    """Accept what a broker takes as a name, and nothing at all."""
    if text:
        check_broker_name(text)


def check_location(text: str) -> None:
    """Accept the name of a location, or of a worker there."""
    if not _LOCATION.fullmatch(text):
        raise ValueError(
            f"{shown(text)} cannot be a name here; use up to 60 letters, digits and any of - _ ."
        )


def check_location_if_any(text: str) -> None:
    """Accept such a name, and nothing at all."""
    if text:
        check_location(text)


def check_duration(text: str) -> None:
    """Accept a duration, and nothing at all."""
    if text and not seconds_in(text):
        raise ValueError(f"{shown(text)} would be over at once; write for example 2h")


def seconds_of(duration: str | float) -> float | None:
    """Return a duration in seconds; None where it is empty."""
    if isinstance(duration, str):
        return seconds_in(duration) if duration else None
    return duration
