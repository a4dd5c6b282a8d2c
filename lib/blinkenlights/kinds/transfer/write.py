"""Transfers on their way to the store: one row for each pair and minute of a batch."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.kinds.transfer.codes import is_good
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.keys import PREFIX
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


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


class TransferRows(SignalRows):
    """The transfers of one batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.deliveries: list[Delivery] = []
        self.started: list[Started] = []
        self._arrival = arrival
        self._receipt = arrival.receipt
        """When they came; an event later than that counts as then."""

    def add(self, fact: Transfer | Started, body: bytes, key: str, origin: Origin) -> None:
        """Add a transfer that is over, or that has begun."""
        if isinstance(fact, Transfer):
            again = bool(origin.redelivered)
            self.deliveries.append(Delivery(fact, message_id(body, key), again))
        else:
            self.started.append(fact)

    @property
    def stored(self) -> int:
        """How many messages these are."""
        return len(self.deliveries) + len(self.started)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that counts them.

        A batch counts once, by its session and number, and so does a message that may be in
        another batch as well.
        """
        del now
        _, receipt, _, session, number, _ = self._arrival
        arguments = (self._packed(), session, number, f"{receipt:.3f}")
        return [Call(STORE, PREFIX, arguments)]

    def _packed(self) -> bytes:
        """Return the batch as store.lua takes it."""
        suspect = self._arrival.may_be_elsewhere()
        first = [each for each in self.deliveries if not (each.again or suspect)]
        again = [each for each in self.deliveries if each.again or suspect]
        ended: dict[str, float] = {}
        for each in self.deliveries:
            if each.fact.id:
                key, time = _key(each.fact), in_milliseconds(self._end_of(each.fact))
                ended[key] = max(time, ended.get(key, 0.0))
        started = [
            (
                _key(each),
                in_milliseconds(min(each.event, self._receipt)),
                _json([each.client, each.source, each.name]),
            )
            for each in self.started
        ]
        return _pack(
            (
                sums_of(first, self._receipt, is_live=self._arrival.live),
                [each.id for each in first],
                [
                    (*msgspec.structs.astuple(row), each.id)
                    for each in again
                    for row in sums_of([each], self._receipt)
                ],
                [(key, event, text.decode()) for key, event, text in started],
                list(ended.items()),
            )
        )

    def _end_of(self, fact: Transfer) -> float:
        """Return when a transfer was over for certain, so that what began before is over."""
        return self._receipt if fact.is_earliest else min(fact.event, self._receipt)


def in_milliseconds(time: float) -> float:
    """Return a time as the store keeps it, so that times of one moment stay equal."""
    return round(time, 3)


def message_id(body: bytes, routing_key: str) -> str:
    """Return 16 characters by which a message that is delivered again is recognised."""
    return blake2b(b"%b\0%b" % (routing_key.encode(), body), digest_size=8).hexdigest()


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


def _key(fact: Transfer | Started) -> str:
    return f"{fact.node}\0{fact.id}"
