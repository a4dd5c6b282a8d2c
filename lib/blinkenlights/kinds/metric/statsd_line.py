"""One line of statsd: `name:value|type`, with a sample rate and tags.

https://github.com/statsd/statsd/blob/master/docs/metric_types.md has the types; tags are those of
DogStatsD (`|#key:value,flag`), with its packed values (`name:1:2:3|ms`) and its time (`|T<unix>`),
or of Telegraf (`name,key=value:1|c`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from blinkenlights.kinds.fields import Invalid

TYPES = {b"c": "c", b"g": "g", b"ms": "ms", b"h": "ms", b"d": "ms", b"s": "s"}
"""What a type is treated as: histograms and distributions as timers."""


class Said(NamedTuple):
    """What one line says."""

    values: Sequence[bytes]
    kind: bytes
    """One of `TYPES`."""
    rate: float
    """What share of the values was sent."""
    tags: bytes
    """As the line has them."""
    time: int
    """Seconds since 1970; 0 where it does not say."""


def parsed(line: bytes) -> tuple[bytes, list[Said]]:
    """Return the name with the tags that are part of it, and what is said of it; raises Invalid."""
    line, tagged, tags = line.partition(b"|#")
    time = 0
    if tagged:
        tags, *rest = tags.split(b"|")
        line += b"".join(b"|" + each for each in rest)
    name, colon, rest_of_line = line.strip().partition(b":")
    if not colon:
        raise Invalid("not statsd", "no colon: a line is name:value|type")
    parts = rest_of_line.split(b"|")
    if len(parts) > 1 and b":" in parts[1]:
        # Several values, each with a type: name:1|c:2|ms
        return name, [_said(bit.split(b"|"), tags, time) for bit in rest_of_line.split(b":")]
    return name, [_said(parts, tags, time)]


def _said(parts: list[bytes], tags: bytes, time: int) -> Said:
    kind = parts[1] if len(parts) > 1 else b""
    if kind not in TYPES:
        raise Invalid(
            "unknown type", f"{kind.decode(errors='replace')[:20]!r}, known: c, g, ms, h, d, s"
        )
    rate = 1.0
    for part in parts[2:]:
        if part[:1] == b"@":
            rate = value_of(part[1:])
            if not 0 < rate <= 1:
                raise Invalid("bad sample rate", "it has to be above 0, and at most 1")
        elif part[:1] == b"T" and part[1:].isdigit():
            time = int(part[1:12])
    return Said(parts[0].split(b":"), kind, rate, tags, time)


def tags_of(name: bytes, tags: bytes) -> tuple[str, dict[str, Any]]:
    """Return the name by itself and all tags; raises UnicodeDecodeError, which is a ValueError."""
    bare, *in_name = name.decode().split(",")
    found: dict[str, Any] = {}
    for each in in_name:
        key, _, value = each.partition("=")
        found[key] = value or "true"
    for each in tags.decode().split(",") if tags else ():
        key, _, value = each.partition(":")
        found[key] = value or "true"
    return bare, found


def value_of(text: bytes) -> float:
    """Return the number in a text; raises Invalid."""
    try:
        # Underscores are numbers for Python alone.
        number = float(text) if b"_" not in text else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise Invalid("value is no number", f"{text.decode(errors='replace')[:40]!r}")
    return number
