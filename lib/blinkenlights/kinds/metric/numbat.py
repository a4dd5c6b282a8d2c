"""Events as numbat-emitter sends them: one JSON object each.

Its README and `lib/emitter.js` have the form: name, value (1 without), status, description, ttl and
time in milliseconds, host, node, and any further scalars, which are tags.
"""

from collections.abc import Callable, Mapping
from math import isfinite, nan
from typing import Any

import msgspec

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    LATEST_TIME,
    LONGEST_DURATION,
    Invalid,
    json_type,
    text_for_people,
)
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.hints import hint
from blinkenlights.kinds.metric.naming import Namer, namer

_DESCRIPTION_BYTES = 255
_MILLISECONDS_FROM = 1e11
"""A time from here on is in milliseconds: as seconds it would lie beyond the year 5000."""
_STATUSES = {
    "okay": "ok",
    "ok": "ok",
    "warning": "warning",
    "critical": "critical",
    "unknown": "unknown",
}
_TEXTS = ("description", "title", "unit")
_SHOWN = frozenset((*_TEXTS, "graph", "range", "thresholds"))

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

Parse = Callable[[bytes, float | None], Event | Rejected]
"""Makes an event of a body; the receipt is None where it may have waited in a queue."""


def parser() -> Parse:
    """Return what parses events."""
    named = namer()

    def parse(body: bytes, receipt: float | None) -> Event | Rejected:
        if len(body) > BODY_BYTES:
            return Rejected("too large", f"more than {BODY_BYTES} bytes")
        try:
            message = _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Rejected("not JSON", str(error))
        if type(message) is not dict:
            return Rejected("not a JSON object", f"a JSON {json_type(message)}")
        try:
            return _event(message, receipt, named)
        except Invalid as invalid:
            return invalid.rejected

    return parse


def _event(message: dict[str, Any], receipt: float | None, named: Namer) -> Event:
    pop = message.pop
    pop("kind", None)
    name = pop("name", None)
    host = pop("host", None)
    value = pop("value", 1)
    time = pop("time", None)
    ttl = pop("ttl", None)
    status = pop("status", None)
    shown = None
    if not _SHOWN.isdisjoint(message):
        shown = {key: pop(key) for key in sorted(_SHOWN) if key in message}
    series, ends, trimmed = named(name, host, message)
    if type(value) is not float:
        value = _value(value)
    if type(time) is int and _MILLISECONDS_FROM <= time < LATEST_TIME * 1000:
        event = time / 1000
    else:
        event = _time(time, receipt)
    if ttl is not None:
        ttl, trimmed = _ttl(ttl, trimmed)
    if status is not None:
        status = _STATUSES.get(status) if type(status) is str else None
        if status is None:
            trimmed = "unknown status"
    return Event(
        series,
        event,
        value,
        ttl or 0.0,
        status or "",
        _extras(shown) if shown else "",
        ends,
        trimmed,
    )


def _value(value: object) -> float:
    """Return a number; booleans are 1 and 0, null is none at all. Raises Invalid."""
    if value is None:
        return nan
    if isinstance(value, int):
        return _as_float(value)
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        try:
            # Underscores and the digits of other scripts are numbers for Python alone.
            number = float(value) if value.isascii() and "_" not in value else None
        except ValueError:
            number = None
        if number is not None:
            return number if isfinite(number) else nan
    raise Invalid("value is no number", f"value is a JSON {json_type(value)}, wanted a number")


def _as_float(number: float) -> float:
    """Return a number of JSON, which may be a whole one that no float can hold: that is none."""
    return float(number) if abs(number) < 1 << 1023 else nan


def _time(time: object, receipt: float | None) -> float:
    if time is None and receipt is not None:
        return receipt
    if isinstance(time, int | float) and not isinstance(time, bool):
        time = _as_float(time)
        seconds = time / 1000 if time >= _MILLISECONDS_FROM else time
        if 0 <= seconds < LATEST_TIME:
            return seconds
        raise Invalid("bad time", f"{time!r}"[:80] + " is not between 1970 and 9999")
    reason = "no time" if time is None else "bad time"
    raise Invalid(reason, f"time is a JSON {json_type(time)}, wanted milliseconds since 1970")


def _ttl(ttl: object, trimmed: str) -> tuple[float, str]:
    if isinstance(ttl, int | float) and not isinstance(ttl, bool):
        seconds = _as_float(ttl) / 1000
        if 0 < seconds <= LONGEST_DURATION:
            return seconds, trimmed
    return 0.0, "bad ttl"


def _extras(shown: Mapping[str, object]) -> str:
    kept: dict[str, object] = {}
    for key, value in shown.items():
        if key not in _TEXTS:
            wanted = hint(key, value)
            if wanted is not None:
                kept[key] = wanted
        elif type(value) is str:
            text = text_for_people(value)[:_DESCRIPTION_BYTES]
            if text:
                kept[key] = text
    return _encode(kept).decode() if kept else ""
