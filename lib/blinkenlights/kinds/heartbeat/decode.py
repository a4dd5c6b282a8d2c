"""Heartbeats and health reports, in every form that components send.

Recognised by their fields; where a form comes from is said at its function. All of them may carry
further keys, which are kept within bounds. A heartbeat may carry its own `interval` in seconds.
"""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    Invalid,
    event_time,
    json_type,
    optional_name,
    printable_name,
)
from blinkenlights.kinds.heartbeat.fact import Heartbeat

EXTRA_KEYS = 64
EXTRA_VALUE_BYTES = 1024
EXTRA_BYTES = 4096
LONGEST_INTERVAL = 31 * 86400

_INTERVAL_STEPS = ((120, 1), (3600, 10), (86400, 300), (LONGEST_INTERVAL, 3600))
_STATUSES = ("ok", "degraded", "down")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def parse(
    body: bytes,
    routing_key: str = "",
    *,
    default_interval: int = 60,
    longest_interval: int = LONGEST_INTERVAL,
    receipt: float | None = None,
) -> Heartbeat | Rejected:
    """Return the heartbeat in one message, or why there is none.

    Args:
        body: the message, JSON in UTF-8.
        routing_key: names the transport of a `status_event`, which does not name itself.
        default_interval: seconds between beats for a heartbeat that does not say.
        longest_interval: seconds that a heartbeat may say at most; else the default holds, because
            one by mistake would let the dead pass for living until two such intervals are over.
        receipt: when the message came, taken for one without a timestamp. None where messages may
            have waited in a queue: there, one without a timestamp proves nothing and is rejected.
    """
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        message = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("not JSON", str(error))
    if type(message) is not dict:
        return Rejected("not a JSON object", f"a JSON {json_type(message)}")
    try:
        if "name" in message:
            return _roadmap(message, default_interval, longest_interval, receipt)
        if message.get("message_type") == "status_event":
            return _status_event(message, routing_key, receipt)
        if "message_version" in message:
            return _vumi_2011(message, default_interval, longest_interval)
        if "worker_id" in message or "worker_name" in message:
            return _vumi_2013(message, default_interval, longest_interval)
        return Rejected("no name", "none of the heartbeat forms: no name, worker_name, source_name")
    except Invalid as invalid:
        return invalid.rejected


def _roadmap(
    message: dict[str, Any], default: int, longest: int, receipt: float | None
) -> Heartbeat:
    """Vumi's roadmap (docs/roadmap/blinkenlights.rst, 2011): name, uuid, timestamp, any others."""
    pop = message.pop
    pop("kind", None)
    name = pop("name", None)
    system = pop("system", None)
    component = _component(name, system) if system is not None else printable_name(name, "name")
    event = event_time(pop("timestamp", None), receipt)
    uuid = pop("uuid", "")
    interval, trimmed = _interval(pop("interval", None), default, longest)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, _instance(uuid), extras, "", trimmed or over)


def _vumi_2011(message: dict[str, Any], default: int, longest: int) -> Heartbeat:
    """Vumi's vumi/blinkenlights/message20110707.py: one source, a payload, a time as a list."""
    version = message.pop("message_version", None)
    if version != "20110707":
        raise Invalid("unknown message_version", repr(version)[:80])
    component = printable_name(message.pop("source_name", None), "source_name")
    event = event_time(message.pop("timestamp", None))
    instance = _instance(message.pop("source_id", ""))
    interval, trimmed = _interval(message.pop("interval", None), default, longest)
    message.pop("kind", None)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, instance, extras, "", trimmed or over)


def _vumi_2013(message: dict[str, Any], default: int, longest: int) -> Heartbeat:
    """Vumi's vumi/blinkenlights/heartbeat/publisher.py: a process of a worker of a system."""
    version = message.pop("version", None)
    if version != "20130319":
        raise Invalid("unknown version", repr(version)[:80])
    component = _component(message.pop("worker_name", None), message.pop("system_id", None))
    event = event_time(message.pop("timestamp", None))
    host, pid = message.pop("hostname", None), message.pop("pid", None)
    if type(pid) is not int:
        raise Invalid("no pid", f"pid is a JSON {json_type(pid)}, wanted a number")
    instance = _instance(f"{printable_name(host, 'hostname')}:{pid}")
    interval, trimmed = _interval(message.pop("interval", None), default, longest)
    message.pop("worker_id", None)
    message.pop("kind", None)
    extras, over = _extras(message)
    return Heartbeat(component, event, interval, instance, extras, "", trimmed or over)


def _status_event(message: dict[str, Any], routing_key: str, receipt: float | None) -> Heartbeat:
    """Vumi's TransportStatus (vumi/message.py), sent on change to `<transport>.status.status`."""
    status = message.pop("status", None)
    if status not in _STATUSES:
        raise Invalid("unknown status", f"{status!r}"[:80] + ", wanted ok, degraded or down")
    transport = routing_key.removesuffix(".status").removesuffix(".status")
    component = _component(message.pop("component", None), transport or None)
    event = event_time(message.pop("timestamp", None), receipt)
    for key in ("kind", "message_version", "message_type", "routing_metadata", "helper_metadata"):
        message.pop(key, None)
    extras, trimmed = _extras(message)
    return Heartbeat(component, event, 0, "", extras, status, trimmed)


def _component(name: object, system: object) -> str:
    if system is None:
        return printable_name(name, "name")
    component = f"{printable_name(system, 'system')}:{printable_name(name, 'name')}"
    return printable_name(component, "name")


def _instance(value: object) -> str:
    """Return a text or number as the name of an instance, empty when it cannot be one."""
    text = value if type(value) is str else str(value) if type(value) is int else ""
    return optional_name(text)


def _interval(value: object, default: int, longest: int) -> tuple[int, str]:
    """Return whole seconds, rounded up to one of a bounded number of values, and what was wrong."""
    if value is None:
        return default, ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default, "bad interval"
    if not 0 < value <= longest:
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
