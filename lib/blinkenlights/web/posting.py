"""What one request posts, line by line, and what became of it."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.chunks import Chunk
from blinkenlights.kinds.fact import Rejected

MOST_SAID = 100
"""Rejected lines that an answer names."""


class RejectedLine(msgspec.Struct, frozen=True):
    """A line that holds no fact."""

    line: int
    """From 1."""
    reason: str
    detail: str


class Stored(msgspec.Struct, frozen=True):
    """What became of what was posted."""

    stored: int
    skipped: int
    """In order, and nothing to store, such as a post among reports of transfers."""
    rejected: int
    lines: list[RejectedLine]
    """Those that were rejected, the first hundred."""


class Posting:
    """What was posted in one request."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._refused: list[RejectedLine] = []
        self._skipped = 0
        self._stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._size = size

    async def stored(self) -> Stored:
        """Return what became of it, when all of it is in the store."""
        await self._stored
        number, skipped = len(self._refused), self._skipped
        stored = self._size - number - skipped
        return Stored(stored, skipped, number, self._refused[:MOST_SAID])

    def settle(self, line: "PostedLine", why: Rejected | None) -> None:
        """Note that one of its lines is in the store, as a fact, as a reject, or as skipped."""
        if why is not None:
            self._refused.append(RejectedLine(line.number, why.reason, why.detail[:200]))
        else:
            self._skipped += line.is_skipped
        self._left -= 1
        if not self._left and not self._stored.done():
            self._refused.sort(key=lambda each: each.line)
            self._stored.set_result(None)


class PostedLine:
    """How a line came, and what is known of who posted it.

    `routing_key` is the kind, empty where the line names it itself; `form` the form of its kind,
    empty for its own; `sender` the name of the token that it came with; `headers` what the sender
    may say. Who decodes it notes in `is_skipped` whether there was nothing to store.
    """

    __slots__ = (
        *("exchange", "form", "headers", "is_skipped", "number", "posting"),
        *("redelivered", "routing_key", "sender"),
    )

    def __init__(
        self,
        posting: Posting,
        number: int,
        kind: str,
        headers: Mapping[str, object],
        *,
        form: str,
        again: bool,
        sender: str,
    ) -> None:
        self.exchange = ""
        self.form = form
        self.headers = headers
        self.is_skipped = False
        self.routing_key = kind
        self.redelivered = again
        self.posting = posting
        self.number = number
        self.sender = sender


async def settle_posted(chunk: Chunk, refused: Sequence[Refused]) -> None:
    """Tell requests that lines of theirs are in the store."""
    why = {id(each.message[1]): each.why for each in refused}
    for message in chunk.messages:
        origin = message[1]
        if isinstance(origin, PostedLine):
            origin.posting.settle(origin, why.get(id(origin)))
