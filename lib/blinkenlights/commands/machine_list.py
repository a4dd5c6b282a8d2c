"""Machines and when they were last seen, from JSON: the form of `GET /machines`, and its kin."""

import re
from codecs import BOM_UTF8
from typing import NamedTuple

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.errors import UsageError
from blinkenlights.iso_times import iso_time

EXAMPLE = (
    '[{"datacenter": "mdc1", "machine": "t-linux64-ms-100", "lastseen": "2018-11-08T08:47:50"}]'
)
SHOWN_CHARACTERS = 100
_NAME = re.compile(r"[A-Za-z0-9_-]{1,38}:[A-Za-z0-9_-]{1,38}")


class Seen(NamedTuple):
    """A machine, and when it was last seen."""

    machine: str
    """`datacenter:machine`."""
    time: float
    """Seconds since the epoch."""


class MachineList(NamedTuple):
    """What a list says."""

    seen: list[Seen]
    never: list[str]
    """Machines without a time."""
    problems: list[str]
    """A sentence for each entry that cannot be used, and for what is missing."""


class _Entry(msgspec.Struct):
    """One entry, in the form of `/machines` or of `/api/v1/machines`."""

    datacenter: str = ""
    machine: str = ""
    lastseen: str | None = None
    name: str = ""
    seen: float | None = None


def read_machines(text: bytes, now: float) -> MachineList:
    """Return what a JSON text says of machines.

    It is a list of objects with `datacenter`, `machine` and `lastseen`, or with `name` and `seen`
    (seconds); or a page of the API with such a list; or an object with the time of each
    `datacenter:machine`, as the Redis hash of the old listener. A time without a zone is UTC.
    Raises UsageError when it is none of them.
    """
    value = _decoded(text)
    found = MachineList([], [], [])
    if isinstance(value, dict) and value.get("next"):
        found.problems.append("this is one page of several; import the others, too")
    for number, raw in enumerate(_entries(value), 1):
        try:
            entry = msgspec.convert(raw, _Entry)
            name, time = _name(entry), _time(entry, now)
        except (msgspec.ValidationError, ValueError) as error:
            found.problems.append(f"entry {number}: {error}: {_shown(raw)}")
            continue
        if time is None:
            found.never.append(name)
        else:
            found.seen.append(Seen(name, time))
    return found


def _decoded(text: bytes) -> object:
    try:
        return msgspec.json.decode(text.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"this is not JSON ({error}); write for example {EXAMPLE}") from None


def _entries(value: object) -> list[object]:
    if isinstance(value, dict):
        items = value.get("items")
        of_hash = [{"name": name, "lastseen": time} for name, time in value.items()]
        value = items if isinstance(items, list) else of_hash
    if not isinstance(value, list):
        raise UsageError(f"this is no list of machines; write for example {EXAMPLE}")
    return value


def _name(entry: _Entry) -> str:
    name = entry.name or f"{entry.datacenter}:{entry.machine}"
    if not _NAME.fullmatch(name):
        raise ValueError(
            "names no machine (datacenter and machine are up to 38 letters, digits, - and _ each)"
        )
    return name


def _time(entry: _Entry, now: float) -> float | None:
    time = entry.seen
    if entry.lastseen is not None:
        try:
            time = iso_time(entry.lastseen)
        except (ValueError, OverflowError):
            raise ValueError("lastseen is no time (2018-11-08T08:47:50.939514 is one)") from None
    if time is not None and not 0 < time <= now + CLOCK_TOLERANCE:
        raise ValueError("its time is in the future" if time > 0 else "its time is before 1970")
    return time


def _shown(raw: object) -> str:
    text = msgspec.json.encode(raw).decode()
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."
