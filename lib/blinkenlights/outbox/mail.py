"""What is made of a queue of an outbox, for whoever receives it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol

from msgspec import Struct

from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.lease import Lease
from blinkenlights.outbox.retrying import Again
from blinkenlights.outbox.taken import Entry, Known, Taken


class Outcome(NamedTuple, Generic[Known]):
    """What is written of how it went."""

    known: Known | None
    """What the receiver knows now; None for nothing."""
    history: Sequence[Struct] = ()
    letter: Struct | None = None
    """What is kept of what is given up; None for nothing."""
    sent: int = 0
    """As how many told messages it is counted."""
    dead: int = 1
    """As how many the letter is counted."""
    tries_last: bool = False
    """Whether it is still known what went wrong when nothing is left to be told."""


class Mail(ABC, Generic[Entry, Known]):
    """What is made of one queue.

    Args:
        taken: The queue.
        receiver: What its receiver is called in the log.
        title: What it is called there.
    """

    def __init__(self, taken: Taken[Entry, Known], receiver: str, title: str) -> None:
        self.taken = taken
        self.receiver = receiver
        self.title = title
        self.left: Sequence[Entry] = taken.entries
        """What is not told yet; whoever tells one after the other takes it from here."""
        self.untried: Sequence[Entry] = ()
        """What stays as it is, whatever becomes of what is left."""
        self.is_one_of_many = False
        """Whether it is said once, and not each time, that some of them are given up."""

    @abstractmethod
    async def get_ready(self) -> None:
        """Find out how to tell it; raises CannotSayError and StoreErrors."""

    @abstractmethod
    async def say(self, lease: Lease) -> None:
        """Tell it; raises CannotSayError."""

    @abstractmethod
    async def broke(self) -> None:
        """Give up a connection that did not work."""

    @abstractmethod
    def lasts(self, entry: Entry) -> bool:
        """Return whether an entry is given up much later than others."""

    @abstractmethod
    def told(self, now: float, seconds: float) -> Outcome[Known]:
        """Return what is written once it is told, which took so many seconds."""

    @abstractmethod
    def failed(self, now: float, error: CannotSayError, again: Again[Entry]) -> Outcome[Known]:
        """Return what is written of a failure, with a letter where something is given up."""


class Post(Protocol[Entry, Known]):
    """Knows what queues mean."""

    def mail(self, taken: Taken[Entry, Known]) -> Mail[Entry, Known]:
        """Return what is made of a queue."""

    async def close(self) -> None:
        """Give up connections."""
