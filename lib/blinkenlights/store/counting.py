"""Sums of transfers on their way to the store: one row for each pair and minute of a batch."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from blinkenlights.signals.fact import Transfer
from blinkenlights.signals.transfer_codes import is_good
from blinkenlights.store.layout import RECENT_KEPT


class Delivery(NamedTuple):
    """A transfer as it was delivered."""

    fact: Transfer
    receipt: float
    id: str
    """`message_id` of the message."""
    again: bool
    """It may have been delivered, and so counted, before."""


class Sum(NamedTuple):
    """Transfers of one client and source in one minute; the row that transfer.lua takes.

    Times are seconds since the epoch, 0 where there is none.
    """

    client: str
    source: str
    minute: int
    """Minutes since the epoch."""
    good: int
    bad: int
    good_bytes: int
    bad_bytes: int
    files: int
    last_good: float
    last_bad: float
    times: list[float]
    """Of the last good ones, at most RECENT_KEPT."""


def message_id(body: bytes, routing_key: str) -> str:
    """Return 16 characters by which a message that is delivered again is recognised."""
    return blake2b(body, digest_size=8, key=routing_key.encode()[:64]).hexdigest()


def sums_of(deliveries: Iterable[Delivery]) -> list[Sum]:
    """Return the sums by client, source and minute. An event in the future counts at receipt."""
    by_pair: dict[tuple[str, str, int], list[Delivery]] = {}
    for delivery in deliveries:
        fact = delivery.fact
        minute = int(min(fact.event, delivery.receipt) // 60)
        by_pair.setdefault((fact.client, fact.source, minute), []).append(delivery)
    return [_sum(*key, together) for key, together in by_pair.items()]


def _sum(client: str, source: str, minute: int, deliveries: list[Delivery]) -> Sum:
    good, bad = [], []
    for delivery in deliveries:
        (good if is_good(delivery.fact.code) else bad).append(delivery)
    times = sorted(min(each.fact.event, each.receipt) for each in good)
    return Sum(
        client,
        source,
        minute,
        len(good),
        len(bad),
        sum(each.fact.size for each in good),
        sum(each.fact.size for each in bad),
        sum(each.fact.is_file for each in good),
        times[-1] if times else 0.0,
        max((min(each.fact.event, each.receipt) for each in bad), default=0.0),
        times[-RECENT_KEPT:],
    )
