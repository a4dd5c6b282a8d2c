"""The checks that icinga/ speaks of, as their kinds list them; the first is the parent of all."""

from importlib import import_module
from typing import NamedTuple

from blinkenlights.definitions.option_table import Option, read_options
from blinkenlights.kinds.kind import Check
from blinkenlights.kinds.registry import KINDS, checks


class Group(NamedTuple):
    """Checks of what not every site collects."""

    name: str
    """What is collected."""
    checks: tuple[Check, ...]


(PARENT,) = (check for check in checks() if check.is_parent)
EVERYWHERE = tuple(
    check for kind in KINDS if not kind.group for check in kind.checks if check != PARENT
)
"""What every site has, beside the parent."""
CHOSEN = tuple(Group(kind.group, kind.checks) for kind in KINDS if kind.group)
"""In files of their own, taken on purpose: where none are collected these would be UNKNOWN."""
CHILDREN = (*EVERYWHERE, *(check for group in CHOSEN for check in group.checks))
CHECKS = (PARENT, *CHILDREN)

TIMEOUT = 20
"""Seconds a core waits for a check: well above the 8 s after which it ends by itself, UNKNOWN."""


def options_of(check: Check) -> list[Option]:
    """Return what can be set of a check, in the order of --help."""
    module = import_module(f"blinkenlights.checks.{check.program}")
    return read_options(check.name, module.options())
