"""What posts the entries of one output."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.posting.entry import Entry


class Item(NamedTuple):
    """One entry to be posted."""

    entry: Entry
    key: str
    """The same when it is posted again."""
    may_be_repeated: bool


class Sent(NamedTuple):
    """What became of some entries that were posted together. Each is in one of the lists."""

    taken: Sequence[Item]
    refused: Sequence[Item] = ()
    """What will never be taken, however often it is posted."""
    left: Sequence[Item] = ()
    error: CannotSayError | None = None
    """Why something is refused or left."""


class Sender(Protocol):
    """Posts to one output."""

    at_once: int
    """How many entries it posts together."""

    async def send(self, endpoint: str, items: Sequence[Item]) -> Sent:
        """Post some; raises CannotSayError when none was taken, or nobody knows."""

    async def close(self) -> None:
        """Give up connections."""
