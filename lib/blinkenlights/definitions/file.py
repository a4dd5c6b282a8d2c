"""A file to be written below icinga/."""

from typing import NamedTuple


class File(NamedTuple):
    """A definition file."""

    path: str
    """Where it lies below icinga/: `nagios/commands.cfg`."""
    text: str
