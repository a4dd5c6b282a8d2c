"""Machines and when they were last seen, in the form in which the old listener told it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct


class LastSeen(Struct, frozen=True):
    """One machine."""

    datacenter: str
    machine: str
    lastseen: str
    """UTC without saying so, ISO 8601; without a fraction when that is zero."""


def listed(seen: Iterable[tuple[str, float]]) -> list[LastSeen]:
    """Return machines, `datacenter:machine` and seconds since the epoch, in the order given."""
    rows = []
    for name, time in seen:
        datacenter, _, machine = name.partition(":")
        rows.append(LastSeen(datacenter, machine, iso(time)))
    return rows


def iso(time: float) -> str:
    """Return a time as the old listener wrote it."""
    return datetime.fromtimestamp(time, UTC).replace(tzinfo=None).isoformat()
