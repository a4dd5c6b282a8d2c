"""Messages that were captured: JSON lines, or what `blinkenlights log --capture` wrote."""

import gzip
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from blinkenlights.errors import UsageError
from blinkenlights.iso_times import iso_time

SIGNAL = "transfer"
"""Of what is in a line of a captured queue."""
COLUMNS = 12
_RECEIPT, _TOPIC, _PROPERTIES, _BODY = 0, 9, 10, 11
_ESCAPE = re.compile(r"\\(?:(?P<one>[\\tnr])|x(?P<byte>[0-9a-f]{2})|u(?P<long>[0-9a-f]{4}))")
_ONE = {"\\": b"\\", "t": b"\t", "n": b"\n", "r": b"\r"}


class Headers(NamedTuple):
    """The properties of a message that decoders look at."""

    headers: Mapping[str, object] | None


class Captured(NamedTuple):
    """One message."""

    line: int
    body: bytes
    key: str
    """Its routing key; empty for a JSON line."""
    properties: Headers | None
    receipt: float | None
    """When it came, in seconds since the epoch; None where its sender's time is all there is."""


def read_capture(path: Path) -> Iterator[Captured]:
    """Give the messages of a file, which may be gzipped. Raises UsageError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _message(path, number, line.rstrip(b"\n"))
    except (OSError, EOFError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _message(path: Path, number: int, line: bytes) -> Captured:
    if line.lstrip().startswith(b"{"):
        return Captured(number, line, "", None, None)
    columns = line.decode(errors="replace").split("\t")
    if len(columns) != COLUMNS:
        raise UsageError(
            f"{path}:{number} is neither a JSON line nor one of blinkenlights log --capture"
        )
    try:
        receipt = iso_time(columns[_RECEIPT])
        properties = msgspec.json.decode(columns[_PROPERTIES])
        headers = properties.get("headers")
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{path}:{number} cannot be read: {error}") from error
    key = unescaped(columns[_TOPIC]).decode(errors="replace")
    return Captured(number, unescaped(columns[_BODY]), key, Headers(headers), receipt)


def unescaped(text: str) -> bytes:
    """Return the bytes that a column stands for."""
    made, at = bytearray(), 0
    for found in _ESCAPE.finditer(text):
        made += text[at : found.start()].encode()
        if found["one"]:
            made += _ONE[found["one"]]
        elif found["byte"]:
            made.append(int(found["byte"], 16))
        else:
            made += chr(int(found["long"], 16)).encode()
        at = found.end()
    return bytes(made + text[at:].encode())
