"""A batch that the store does not take as a whole, written in smaller portions.

It may be too long for the store or for a proxy in front of it, or hold one message at which a
script in the store fails. Neither may keep all others from being stored for ever.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from blinkenlights.collector.batch import Message, Refused
from blinkenlights.errors import StoreError
from blinkenlights.kinds.fact import Rejected

REASON = "refused by the store"
"""For a message that the store does not take by itself, while it takes others."""
MOST_STUCK = 8
"""Messages that fail by themselves, before any other went through, until the store is to blame."""


class Written(NamedTuple):
    """What became of messages that are stored."""

    events: list[float]
    """The times that senders wrote."""
    refused: list[Refused]
    lived: list[float] | None
    """When their senders lived, as `StoreWriter.store` says."""


Write = Callable[[Sequence[Message]], Awaitable[Written]]
"""Stores messages; raises a StoreError when the store does not take these."""


async def in_portions(messages: Sequence[Message], write: Write) -> Written | None:
    """Return what became of messages, halved until the store takes them.

    It is None when the store takes none of them, so that the messages are not to blame.
    """
    written: list[Written] = []
    stuck: list[Message] = []
    todo = halves(messages)
    while todo:
        some = todo.pop()
        try:
            written.append(await write(some))
        except StoreError:
            if len(some) > 1:
                todo += halves(some)
                continue
            stuck.append(some[0])
            if not written and len(stuck) == MOST_STUCK:
                return None
    if not written:
        return None
    refused = []
    for message in stuck:
        # What failed before anything went through may have met a store that is well by now.
        try:
            written.append(await write([message]))
        except StoreError as error:
            refused.append(Refused(message, Rejected(REASON, str(error))))
    lived = [each.lived for each in written if each.lived is not None]
    return Written(
        [event for each in written for event in each.events],
        [one for each in written for one in each.refused] + refused,
        [moment for each in lived for moment in each] if lived else None,
    )


def halves(messages: Sequence[Message]) -> list[Sequence[Message]]:
    """Return the two halves of messages, the first one last; without an empty one."""
    middle = (len(messages) + 1) // 2
    return [half for half in (messages[middle:], messages[:middle]) if half]
