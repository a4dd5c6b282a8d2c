"""The numbers that heartbeats hold among their further keys."""

from collections.abc import Sequence

import msgspec

from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.number import Number

NUMBERS_KEPT = 16
"""Numbers of one heartbeat: of more, the first ones."""

_decode = msgspec.json.Decoder(dict[str, object]).decode


def numbers_of(fact: Heartbeat) -> Sequence[Number]:
    """Return a number for each further key that has one, called `<component>.<key>`.

    True, false and texts are none. The host is that of its instance, if that is `host:pid`, or
    what the key `host` or `hostname` says.
    """
    if fact.extras == "{}":
        return ()
    extras = _decode(fact.extras)
    found = [
        (key, value)
        for key, value in extras.items()
        if type(value) is float or (type(value) is int and -(1 << 1023) < value < 1 << 1023)
    ]
    if not found:
        return ()
    host = _host_of(fact.instance, extras)
    return [
        Number(f"{fact.component}.{key}", float(value), fact.event, host)
        for key, value in found[:NUMBERS_KEPT]
    ]


def _host_of(instance: str, extras: dict[str, object]) -> str:
    host, _, pid = instance.rpartition(":")
    if host and pid.isdecimal():
        return host
    for key in ("host", "hostname"):
        named = extras.get(key)
        if type(named) is str:
            return named
    return ""
