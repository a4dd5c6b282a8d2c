"""What a sender takes from the outbox, and what is noted of how it went.

Times are seconds since the epoch.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from blinkenlights.alert.message import Incident
from blinkenlights.alert.notice import Notice
from blinkenlights.kinds.alert import keys


class Tries(Struct, frozen=True, kw_only=True):
    """What went wrong with a queue since something was last told. Times as seconds, epoch."""

    times: int
    since: float
    at: float
    error: str
    may_be_repeated: bool = False
    """Whether something of it may have been told all the same."""


class Told(Struct, frozen=True, kw_only=True):
    """A row of the history: who was told what, and how it went."""

    at: float
    receiver: str
    channel: str
    incident: str
    title: str
    how: str
    """`told`, `failed` or `dead`."""
    error: str = ""
    seconds: float = 0.0
    """How long it took to say."""
    number: int = 0
    """How many alerts it was about."""
    alerts: list[str] = []
    """What some of these are called."""


class Letter(Struct, frozen=True, kw_only=True):
    """A message that could not be delivered."""

    at: float
    receiver: str
    title: str
    error: str
    number: int = 0
    """How many notices it held."""
    notices: list[Notice] = []
    """Some of them."""


class Taken(NamedTuple):
    """A queue, and what is in it, for one sender."""

    queue: str
    token: str
    notices: Sequence[Notice]
    incident: Incident | None
    tries: Tries | None
    was_taken: bool
    """Whether somebody had it before, and never said how it went."""

    @property
    def address(self) -> str:
        """Return the receiver's address."""
        return self.queue.partition(keys.SEPARATOR)[0]

    @property
    def receiver(self) -> str:
        """Return the receiver's name."""
        return self.address.rpartition("@")[0]

    @property
    def group(self) -> str:
        """Return what its alerts have in common."""
        return self.queue.partition(keys.SEPARATOR)[2]

    @property
    def may_be_repeated(self) -> bool:
        """Return whether something of it may have been told before."""
        return self.was_taken or (self.tries is not None and self.tries.may_be_repeated)
