"""The checks that icinga/ speaks of, one line each; the first is the parent of all others."""

from importlib import import_module
from typing import NamedTuple

from blinkenlights.definitions.option_table import Option, read_options


class Check(NamedTuple):
    """One check and how often it runs. Times are seconds."""

    name: str
    """The program is `check_<name>`, the command and the service `blinkenlights-<name>`."""
    title: str
    """How the service is shown."""
    interval: int = 60
    retry: int = 30
    attempts: int = 3

    @property
    def program(self) -> str:
        """Name of the plugin."""
        return f"check_{self.name}"

    @property
    def object_name(self) -> str:
        """Name of its command, template and service."""
        return f"blinkenlights-{self.name}"

    def options(self) -> list[Option]:
        """Return what can be set, in the order of --help."""
        module = import_module(f"blinkenlights.checks.{self.program}")
        return read_options(self.name, module.options())


class Group(NamedTuple):
    """Checks of what not every site collects."""

    name: str
    """What is collected."""
    checks: tuple[Check, ...]


# The parent runs more often, so that its state is known, and hard, before a child's: a child needs
# two retries, 60 s, for a hard state, the parent at most 45 s.
PARENT = Check("collector", "Collector", interval=30, retry=15, attempts=2)
HEARTBEATS = (Check("heartbeat", "Heartbeats"),)
CHOSEN = (
    Group(
        "transfers",
        (
            Check("speedo", "Transfers"),
            Check("delivery", "Deliveries"),
            Check("inflight", "Transfers in flight"),
        ),
    ),
    Group("machines", (Check("machine", "Machines"),)),
)
"""In files of their own, taken on purpose: where none are collected these would be UNKNOWN."""
CHILDREN = (*HEARTBEATS, *(check for group in CHOSEN for check in group.checks))
CHECKS = (PARENT, *CHILDREN)

TIMEOUT = 20
"""Seconds a core waits for a check: well above the 8 s after which it ends by itself, UNKNOWN."""
