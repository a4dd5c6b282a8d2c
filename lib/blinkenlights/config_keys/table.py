"""A table of the configuration, as whoever owns it describes it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from msgspec import Struct

Conflicts = Callable[[Any], Iterable[tuple[str, str]]]
"""Gives key and sentence of what is wrong with a table whose keys are right one by one."""
FileProblems = Callable[[Any], Iterable[str]]
"""Gives sentences on what is wrong with the files that a table names; raises ConfigError."""


class Table(NamedTuple):
    """A table of the configuration that belongs to a kind."""

    name: str
    struct: type[Struct]
    """Its keys, each described with `key`. Has a default for each unless it is repeated."""
    is_repeated: bool = False
    """Whether it is written `[[name]]`, as often as one likes."""
    conflicts: Conflicts | None = None
    file_problems: FileProblems | None = None
    unique: str = ""
    """The key that has to be another one in each repetition; empty for none."""
