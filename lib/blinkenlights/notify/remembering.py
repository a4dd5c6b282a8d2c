"""What one run of a command leaves for the next: when a problem began, and Slack's message of it.

A file for each host or service with a problem, in a folder of the site's choice. Without a folder
nothing is kept: each notification is a message of its own, and a recovery does not know how long it
was bad.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from blinkenlights.rules.rule import Level

OLDEST = 90 * 86_400.0
"""Seconds after which a problem is another one: its end was not told."""


class Remembered(msgspec.Struct, frozen=True):
    """A problem that is not over."""

    opened: float
    level: Level
    reference: dict[str, str] = {}


def remembered(folder: Path | None, name: str, now: float) -> Remembered | None:
    """Return what is known of a problem; None for nothing, also where it cannot be read."""
    if folder is None:
        return None
    try:
        found = msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return None
    return found if 0 <= now - found.opened <= OLDEST else None


def remember(folder: Path | None, name: str, problem: Remembered | None) -> None:
    """Keep what is known of a problem; None for it is over. Raises OSError."""
    if folder is None:
        return
    path = folder / f"{name}.json"
    if problem is None:
        with suppress(FileNotFoundError):
            path.unlink()
        return
    partial = path.with_name(f".{name}.{os.getpid()}")
    partial.write_bytes(msgspec.json.encode(problem))
    partial.replace(path)
