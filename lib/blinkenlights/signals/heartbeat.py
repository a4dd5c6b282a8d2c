"""Heartbeats and health reports, in every form that components send.

Recognised by their fields; where a form comes from is said at its function. All of them may carry
further keys, which are kept within bounds. A heartbeat may carry its own `interval` in seconds.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from blinkenlights.signals.fact import Heartbeat, Rejected

NAME_BYTES = 255
EXTRA_KEYS = 64
EXTRA_VALUE_BYTES = 1024
EXTRA_BYTES = 4096
BODY_BYTES = 65536
LONGEST_INTERVAL = 31 * 86400
LATEST_TIME = 253402300800.0
"""The first second of the year 10000, the end of what `datetime` can show."""

_INTERVAL_STEPS = ((120, 1), (3600, 10), (86400, 300), (LONGEST_INTERVAL, 3600))
_STATUSES = ("ok", "degraded", "down")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class _Invalid(Exception):  # noqa: N818 - becomes a Rejected, never reaches a user
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.rejected = Rejected(reason, detail)


def parse(
    body: bytes, routing_key: str = "", *, default_interval: int = 60, receipt: float | None = None
) -> Heartbeat | Rejected:
    """Return the heartbeat in one message, or why there is none.

    Args:
        body: the message, JSON in UTF-8.
        routing_key: names the transport of a `status_event`, which does not name itself.
        default_interval: seconds between beats for a heartbeat that does not say.
        receipt: when the message came, taken for one without a timestamp. None where messages may
            have waited in a queue: there, one without a timestamp proves nothing and is rejected.
    """
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"{len(body)} bytes, at most {BODY_BYTES}")
    try:
        message = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("not JSON", str(error))
    if type(message) is not dict:
        return Rejected("not a JSON object", f"a JSON {_json_type(message)}")
    try:
        if "name" in message:
            return _roadmap(message, default_interval, receipt)
        if message.get("message_type") == "status_event":
            return _status_event(message, routing_key, receipt)
        if "message_version" in message:
            return _vumi_2011(message, default_interval)
        if "worker_id" in message or "worker_name" in message:
            return _vumi_2013(message, default_interval)
        return Rejected("no name", "none of the heartbeat forms: no name, worker_name, source_name")
    except _Invalid as invalid:
        return invalid.rejected


def _roadmap(message: dict[str, Any], default_interval: int, receipt: float | None) -> Heartbeat:
    """Vumi's roadmap (docs/roadmap/blinkenlights.rst, 2011): name, uuid, timestamp, any others."""
    pop = message.pop
    pop("kind", None)
    name = pop("name", None)
    system = pop("system", None)
    component = _component(name, system) if system is not None else _printable(name, "name")
    event = _event_time(pop("timestamp", None), receipt)
    uuid = pop("uuid", "")
    interval, trimmed = _interval(pop("interval", None), default_interval)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, _instance(uuid), extras, "", trimmed or over)


def _vumi_2011(message: dict[str, Any], default_interval: int) -> Heartbeat:
    """Vumi's vumi/blinkenlights/message20110707.py: one source, a payload, a time as a list."""
    version = message.pop("message_version", None)
    if version != "20110707":
        raise _Invalid("unknown message_version", repr(version)[:80])
    component = _printable(message.pop("source_name", None), "source_name")
    event = _event_time(message.pop("timestamp", None))
    instance = _instance(message.pop("source_id", ""))
    interval, trimmed = _interval(message.pop("interval", None), default_interval)
    message.pop("kind", None)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, instance, extras, "", trimmed or over)


def _vumi_2013(message: dict[str, Any], default_interval: int) -> Heartbeat:
    """Vumi's vumi/blinkenlights/heartbeat/publisher.py: a process of a worker of a system."""
    version = message.pop("version", None)
    if version != "20130319":
        raise _Invalid("unknown version", repr(version)[:80])
    component = _component(message.pop("worker_name", None), message.pop("system_id", None))
    event = _event_time(message.pop("timestamp", None))
    host, pid = message.pop("hostname", None), message.pop("pid", None)
    if type(pid) is not int:
        raise _Invalid("no pid", f"pid is a JSON {_json_type(pid)}, wanted a number")
    instance = _instance(f"{_printable(host, 'hostname')}:{pid}")
    interval, trimmed = _interval(message.pop("interval", None), default_interval)
    message.pop("worker_id", None)
    message.pop("kind", None)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, instance, extras, "", trimmed or over)


def _status_event(message: dict[str, Any], routing_key: str, receipt: float | None) -> Heartbeat:
    """Vumi's TransportStatus (vumi/message.py), sent on change to `<transport>.status.status`."""
    status = message.pop("status", None)
    if status not in _STATUSES:
        raise _Invalid("unknown status", f"{status!r}"[:80] + ", wanted ok, degraded or down")
    transport = routing_key.removesuffix(".status").removesuffix(".status")
    component = _component(message.pop("component", None), transport or None)
    event = _event_time(message.pop("timestamp", None), receipt)
    for key in ("kind", "message_version", "message_type", "routing_metadata", "helper_metadata"):
        message.pop(key, None)
    extras, trimmed = _extras(message)
    return Heartbeat(component, event, 0, "", extras, status, trimmed)


def _component(name: object, system: object) -> str:
    if system is None:
        return _printable(name, "name")
    component = f"{_printable(system, 'system')}:{_printable(name, 'name')}"
    return _printable(component, "name")


def _printable(text: object, key: str) -> str:
    if type(text) is not str or not text:
        raise _Invalid(
            f"no {key}", f"{key} is a JSON {_json_type(text)}, wanted a non-empty string"
        )
    if not _is_short(text):
        raise _Invalid(f"{key} too long", f"{len(text)} characters, at most {NAME_BYTES} bytes")
    if not text.isprintable():
        raise _Invalid(f"{key} not printable", "it holds control or invisible characters")
    return text


def _is_short(text: str) -> bool:
    return len(text) <= NAME_BYTES and (text.isascii() or len(text.encode()) <= NAME_BYTES)


def _instance(value: object) -> str:
    """Return a text or number as the name of an instance, empty when it cannot be one."""
    text = value if type(value) is str else str(value) if type(value) is int else ""
    return text if _is_short(text) and text.isprintable() else ""


def _event_time(timestamp: object, receipt: float | None = None) -> float:
    """Return seconds since the epoch; `receipt` when there is no timestamp.

    Forms: [Y, M, D, h, m, s], a number of seconds, ISO 8601 text; UTC unless the text says.
    """
    try:
        if isinstance(timestamp, list):
            event = _from_list(timestamp)
        elif isinstance(timestamp, str):
            moment = datetime.fromisoformat(timestamp)
            event = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        elif isinstance(timestamp, float | int) and not isinstance(timestamp, bool):
            event = float(timestamp)
        elif timestamp is None and receipt is not None:
            event = receipt
        else:
            reason = "no timestamp" if timestamp is None else "bad timestamp"
            detail = (
                f"timestamp is a JSON {_json_type(timestamp)}, wanted seconds since 1970 in UTC"
            )
            raise _Invalid(reason, detail)
    except (ValueError, TypeError, OverflowError) as error:
        raise _Invalid("bad timestamp", str(error)) from None
    if not 0 <= event < LATEST_TIME:
        raise _Invalid("bad timestamp", f"{timestamp!r}"[:80] + " is not between 1970 and 9999")
    return event


def _from_list(timestamp: list[Any]) -> float:
    year, month, day, hour, minute, second = timestamp
    start = datetime(year, month, day, hour, minute, tzinfo=UTC)
    # Up to 61, as struct_time has it: datetime refuses a leap second.
    if not 0 <= second < 62:  # noqa: PLR2004
        raise ValueError(f"second {second!r}"[:80] + " is not between 0 and 61")
    return start.timestamp() + float(second)


def _interval(value: object, default: int) -> tuple[int, str]:
    """Return whole seconds, rounded up to one of a bounded number of values, and what was wrong."""
    if value is None:
        return default, ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default, "bad interval"
    if not 0 < value <= LONGEST_INTERVAL:
        return default, "bad interval"
    seconds = math.ceil(value)
    for limit, step in _INTERVAL_STEPS:
        if seconds <= limit:
            return -(-seconds // step) * step, ""
    return default, "bad interval"


def _extras(message: Mapping[str, object]) -> tuple[str, str]:
    """Return the further keys as a JSON object within bounds, and why some are missing."""
    encoded = _encode(message)
    if len(encoded) <= EXTRA_VALUE_BYTES and len(message) <= EXTRA_KEYS:
        return encoded.decode(), ""
    kept: dict[str, object] = {}
    size = 2
    reason = ""
    for key, value in message.items():
        cost = len(_encode(key)) + len(_encode(value)) + 2
        if len(kept) >= EXTRA_KEYS:
            reason = "too many keys"
            break
        if cost > EXTRA_VALUE_BYTES:
            reason = "key or value too large"
        elif size + cost > EXTRA_BYTES:
            reason = "too much in all"
        else:
            kept[key] = value
            size += cost
    return _encode(kept).decode(), reason


def _json_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
