"""What a sender takes from an outbox, and what is noted of what went wrong.

Times are seconds since the epoch.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct

SEPARATOR = "\x1f"
"""Between the address and the group in the name of a queue."""


class Dated(Protocol):
    """Something that was at a moment."""

    @property
    def at(self) -> float:
        """When it was, in seconds since the epoch."""


Entry = TypeVar("Entry", bound=Dated)
"""What a queue holds."""
Known = TypeVar("Known")
"""What its receiver knows."""


class Tries(Struct, frozen=True, kw_only=True):
    """What went wrong with a queue since something was last told. Times as seconds, epoch."""

    times: int
    since: float
    at: float
    error: str
    may_be_repeated: bool = False
    """Whether something of it may have been told all the same."""


class Taken(NamedTuple, Generic[Entry, Known]):
    """A queue, and what is in it, for one sender."""

    queue: str
    token: str
    entries: Sequence[Entry]
    """Oldest first; at least one."""
    known: Known | None
    tries: Tries | None
    was_taken: bool
    """Whether somebody had it before, and never said how it went."""

    @property
    def address(self) -> str:
        """Return the address: whoever has it is told one thing after the other."""
        return self.queue.partition(SEPARATOR)[0]

    @property
    def group(self) -> str:
        """Return what the entries have in common."""
        return self.queue.partition(SEPARATOR)[2]

    @property
    def may_be_repeated(self) -> bool:
        """Return whether something of it may have been told before."""
        return self.was_taken or (self.tries is not None and self.tries.may_be_repeated)
