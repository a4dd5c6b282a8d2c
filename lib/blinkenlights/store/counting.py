"""Transfers on their way to the store: one row for each pair and minute of a batch."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from blinkenlights.signals.fact import Started, Transfer
from blinkenlights.signals.transfer_codes import is_good
from blinkenlights.store.layout import RECENT_KEPT

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


class Delivery(NamedTuple):
    """A transfer as it was delivered."""

    fact: Transfer
    id: str
    """`message_id` of the message."""
    again: bool
    """The broker says that it may have been delivered, and so counted, before."""


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


def _nowhere_else() -> bool:
    return False


@dataclass
class Counting:
    """The transfers of one batch."""

    session: str
    """Names what sends batches one after the other, so that a number counts once."""
    number: int
    receipt: float
    """When they came; an event later than that counts as then."""
    deliveries: list[Delivery] = field(default_factory=list)
    started: list[Started] = field(default_factory=list)
    may_be_elsewhere: Callable[[], bool] = _nowhere_else
    """Whether the broker may by now have given the messages to somebody else."""

    def packed(self) -> bytes:
        """Return the batch as transfer.lua takes it."""
        suspect = self.may_be_elsewhere()
        first = [each for each in self.deliveries if not (each.again or suspect)]
        again = [each for each in self.deliveries if each.again or suspect]
        ended = {_key(each.fact) for each in self.deliveries if each.fact.id}
        started = [
            (
                _key(each),
                min(each.event, self.receipt),
                _json([each.client, each.source, each.name]),
            )
            for each in self.started
        ]
        return _pack(
            (
                sums_of(first, self.receipt),
                [each.id for each in first],
                [(*row, each.id) for each in again for row in sums_of([each], self.receipt)],
                [(key, event, text.decode()) for key, event, text in started],
                list(ended),
            )
        )


def message_id(body: bytes, routing_key: str) -> str:
    """Return 16 characters by which a message that is delivered again is recognised."""
    return blake2b(body, digest_size=8, key=routing_key.encode()[:64]).hexdigest()


def sums_of(deliveries: Iterable[Delivery], receipt: float) -> list[Sum]:
    """Return the sums by client, source and minute. An event after `receipt` counts as then."""
    by_pair: dict[tuple[str, str, int], list[Delivery]] = {}
    for delivery in deliveries:
        fact = delivery.fact
        minute = int(min(fact.event, receipt) // 60)
        by_pair.setdefault((fact.client, fact.source, minute), []).append(delivery)
    return [_sum(*pair, together, receipt) for pair, together in by_pair.items()]


def _sum(client: str, source: str, minute: int, deliveries: list[Delivery], receipt: float) -> Sum:
    good: list[Transfer] = []
    bad: list[Transfer] = []
    for delivery in deliveries:
        (good if is_good(delivery.fact.code) else bad).append(delivery.fact)
    times = sorted(min(fact.event, receipt) for fact in good)
    return Sum(
        client,
        source,
        minute,
        len(good),
        len(bad),
        sum(fact.size for fact in good),
        sum(fact.size for fact in bad),
        sum(fact.is_file for fact in good),
        times[-1] if times else 0.0,
        max((min(fact.event, receipt) for fact in bad), default=0.0),
        times[-RECENT_KEPT:],
    )


def _key(fact: Transfer | Started) -> str:
    return f"{fact.node}\0{fact.id}"
