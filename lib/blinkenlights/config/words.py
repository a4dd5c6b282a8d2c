"""How values are shown in messages, and what is wrong with those that name something.

Each check raises ValueError with a sentence.
"""

import json
import re

from blinkenlights.durations import seconds_in

EXCHANGE_TYPES = ("direct", "fanout", "headers", "topic")
BROKER_NAME_BYTES = 255
SHOWN_CHARACTERS = 60


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


def check_kind(text: str) -> None:
    """Accept the signals that there are."""
    # What belongs to a signal reads its own tables, and those are made with this module.
    from blinkenlights.kinds.registry import signal_named, signals  # noqa: PLC0415

    if signal_named(text) is None:
        known = " or ".join(sorted(each.name for each in signals()))
        raise ValueError(f"{shown(text)} is not a kind of signal; use {known}")


def check_broker_name(text: str) -> None:
    """Accept what a broker takes as the name of a queue or an exchange."""
    if not text:
        raise ValueError("is empty; give it a name")
    if len(text.encode()) > BROKER_NAME_BYTES:
        raise ValueError(f"is longer than {BROKER_NAME_BYTES} bytes, which no broker takes")


def check_mode(text: str) -> None:
    """Accept permissions in octal digits."""
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ValueError(f"{shown(text)} is not a mode in octal digits; write for example 0660")


def check_collector(text: str) -> None:
    """Accept a name that every terminal and every check output can show."""
    if not re.fullmatch(r"[A-Za-z0-9_.:@+-]{1,100}", text):
        raise ValueError(
            f"{shown(text)} is not a name; use up to 100 letters, digits and any of _ . : @ + -"
        )


def check_broker_name_if_any(text: str) -> None:
    """Accept what a broker takes as a name, and nothing at all."""
    if text:
        check_broker_name(text)


def check_pattern(text: str) -> None:
    """Accept a name with a place for the source in it."""
    check_broker_name(text)
    if text.count("{source}") != 1 or re.search(r"[{}]", text.replace("{source}", "")):
        raise ValueError(
            f"{shown(text)} has no place for the source; write for example log_{{source}}"
        )


def check_missing(text: str) -> None:
    """Accept what can be done about an exchange that is not there."""
    if text not in ("skip", "create"):
        raise ValueError(f"{shown(text)} is not something to do; write skip or create")


def check_duration(text: str) -> None:
    """Accept a duration, and nothing at all."""
    if text and not seconds_in(text):
        raise ValueError(f"{shown(text)} would be over at once; write for example 2h")


def check_pool(text: str) -> None:
    """Accept a glob for names of worker pools."""
    if not text:
        raise ValueError("is empty; write * for all pools")


def check_hosts(text: str) -> None:
    """Accept a host name whose parts may be `*`, with one place for machine and datacenter each."""
    parts = text.split(".")
    places = ("{machine}", "{datacenter}")
    if any(parts.count(place) != 1 for place in places) or not all(
        re.fullmatch(r"[A-Za-z0-9_-]+", part) for part in parts if part not in {*places, "*"}
    ):
        raise ValueError(
            f"{shown(text)} does not say where host names have both; write for example "
            "{machine}.*.{datacenter}.example.net"
        )


def check_anonymous(text: str) -> None:
    """Accept who may read without a token."""
    if text not in ("local", "all", "none"):
        raise ValueError(f"{shown(text)} is nobody in particular; write local, all or none")
