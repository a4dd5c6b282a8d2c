"""Transfers of one batch summed up by client, source and minute. Pure."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.transfer.codes import is_good
from blinkenlights.kinds.transfer.fact import Transfer


class Delivery(NamedTuple):
    """A transfer as it was delivered."""

    fact: Transfer
    id: str
    """`message_id` of the message."""
    again: bool
    """The broker says that it may have been delivered, and so counted, before."""


class Sum(msgspec.Struct, array_like=True):
    """Transfers of one client and source in one minute; the row that store.lua takes.

    Times are seconds since the epoch, 0 where there is none.
    """

    client: str
    source: str
    minute: int
    """Minutes since the epoch."""
    good: int = 0
    bad: int = 0
    good_bytes: int = 0
    bad_bytes: int = 0
    files: int = 0
    last_good: float = 0.0
    last_bad: float = 0.0
    first_good: float = 0.0
    received: float = 0.0
    """When the last good one came, of those that were sent just before."""

    def add(self, fact: Transfer, event: float, received: float) -> None:
        """Add one that was over at `event`; `received` is 0 for one that may have waited."""
        if is_good(fact.code):
            self.first_good = min(event, self.first_good) if self.good else event
            self.good += 1
            self.good_bytes += fact.size
            self.files += fact.is_file
            self.last_good = max(self.last_good, event)
            self.received = max(self.received, received)
        else:
            self.bad += 1
            self.bad_bytes += fact.size
            self.last_bad = max(self.last_bad, event)


def message_id(body: bytes, routing_key: str, beside: str = "") -> str:
    """Return 16 characters by which a message that is delivered again is recognised.

    Args:
        body: The message.
        routing_key: Its topic.
        beside: What makes another message of it though both are equal; see `Transfer.beside`.
    """
    text = b"%b\0%b" % (routing_key.encode(), body)
    if beside:
        text += b"\0" + beside.encode(errors="surrogatepass")
    return blake2b(text, digest_size=8).hexdigest()


def sums_of(deliveries: Iterable[Delivery], receipt: float, *, is_live: bool = False) -> list[Sum]:
    """Return the sums by client, source and minute.

    Args:
        deliveries: What came.
        receipt: When. An event after it counts as then.
        is_live: Whether all of it was sent just before, and never delivered before.
    """
    received = receipt if is_live else 0.0
    sums: dict[tuple[str, str, int], Sum] = {}
    for fact, _, _ in deliveries:
        event = min(fact.event, receipt)
        key = (fact.client, fact.source, int(event // 60))
        found = sums.get(key)
        if found is None:
            found = sums[key] = Sum(*key)
        found.add(fact, event, received)
    return list(sums.values())
