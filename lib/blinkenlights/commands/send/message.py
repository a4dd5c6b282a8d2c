"""The heartbeat that is sent: Vumi's roadmap form, with whatever keys the user adds."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from blinkenlights.errors import UsageError
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat.decode import parse

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
OURS = ("name", "uuid", "timestamp", "interval", "system", "kind")


def heartbeat(
    name: str,
    fields: Sequence[str],
    *,
    now: float,
    uuid: str | None = None,
    system: str | None = None,
    interval: int | None = None,
) -> bytes:
    """Return a heartbeat as one line of JSON, with the keys in `fields`, each `key=value`.

    Raises UsageError when a collector would refuse it or would leave out a part of it.
    """
    message: dict[str, object] = {"kind": "heartbeat", "name": name, "timestamp": _timestamp(now)}
    options = {"uuid": uuid, "system": system, "interval": interval}
    message |= {key: value for key, value in options.items() if value is not None}
    for field in fields:
        key, equals, value = field.partition("=")
        if not key or not equals:
            raise UsageError(f"{field!r} is not a key with a value; write for example depth=3")
        if key in OURS:
            raise UsageError(f"{key!r} is a key of the heartbeat itself; use its option, if any")
        message[key] = msgspec.json.decode(value) if NUMBER.fullmatch(value) else value
    try:
        body = msgspec.json.encode(message)
    except UnicodeEncodeError:
        raise UsageError("the command line is not text in UTF-8; send other characters") from None
    fact = parse(body)
    if isinstance(fact, Rejected):
        raise UsageError(f"no collector would take this: {fact.reason} ({fact.detail})")
    if fact.trimmed:
        raise UsageError(f"no collector would keep all of this: {fact.trimmed}")
    return body


def _timestamp(now: float) -> list[float]:
    moment = datetime.fromtimestamp(now, UTC)
    return [*moment.timetuple()[:5], round(moment.second + moment.microsecond / 1e6, 3)]
