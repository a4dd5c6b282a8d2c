"""What a lamp says."""

from typing import NamedTuple


class Lamp(NamedTuple):
    """A lamp is on, or off."""

    event: float
    """When, seconds since the epoch."""
    name: str
    is_on: bool
