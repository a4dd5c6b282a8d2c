"""What Nagios and Icinga say of a service, in the same words."""

from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """State of a service."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Seen(NamedTuple):
    """The newest result of a service, as the core holds it."""

    state: State
    text: str
    """First line of the output."""
    more: str
    """Further lines, as the core keeps them."""
    perfdata: str
    hard: bool
    checked: float
    """When the newest result came in, seconds since the epoch; 0 for never."""
