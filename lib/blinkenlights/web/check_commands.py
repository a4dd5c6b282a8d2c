"""How to ask about one thing in a shell, as lines to copy."""

import shlex
from glob import escape
from typing import NamedTuple

from blinkenlights.kinds.rows import Row


class Command(NamedTuple):
    """A command line, and what it is good for."""

    purpose: str
    line: str


def commands(row: Row) -> list[Command]:
    """Return the checks of one thing as they are to be typed, with what quiets it."""
    if row.kind == "component":
        return [
            _check("Is it alive?", "check_heartbeat", "name", row.name, "-v"),
            _quoted("It is gone for good", "blinkenlights", "expect", "--retired", "--", row.name),
        ]
    if row.kind == "machine":
        return [
            _check("Is it alive?", "check_machine", "machine", row.name, "-v"),
            _quoted("Nobody shall be woken by it", "blinkenlights", "quarantine", "--", row.name),
        ]
    purpose = "Does anything come through?"
    return [
        _check(purpose, "check_speedo", row.kind, row.name, "-v"),
        _check("Is it late by its own habit?", "check_delivery", row.kind, row.name, "-v"),
    ]


def _check(purpose: str, program: str, option: str, name: str, *more: str) -> Command:
    # With an equals sign, because a name may begin with a dash.
    return _quoted(purpose, program, f"--{option}={escape(name)}", *more)


def _quoted(purpose: str, *words: str) -> Command:
    return Command(purpose, shlex.join(words))
