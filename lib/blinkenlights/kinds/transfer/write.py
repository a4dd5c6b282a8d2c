"""Transfers on their way to the store: one row for each pair and minute of a batch."""

from collections.abc import Sequence
from typing import Any

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.signal import Acknowledged, Arrival, Origin, SignalRows
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.keys import PREFIX
from blinkenlights.kinds.transfer.sums import Delivery, message_id, sums_of
from blinkenlights.store.batch import Call, Loss
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")
LOOK_UP, ASK = b"look up", b"ask"
"""How store.lua begins an answer when it has not counted the batch."""
_SIGNAL = "transfer"

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


class TransferRows(SignalRows):
    """The transfers of one batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.deliveries: list[Delivery] = []
        self.started: list[Started] = []
        self._arrival = arrival
        self._receipt = arrival.receipt
        """When they came; an event later than that counts as then."""
        self._counted_elsewhere: set[str] = set()
        """Ids of those that the broker delivered again to somebody else, who counted them."""

    def add(self, fact: Transfer | Started, body: bytes, key: str, origin: Origin) -> None:
        """Add a transfer that is over, or that has begun."""
        if isinstance(fact, Transfer):
            of_it = message_id(body, key, fact.beside)
            self.deliveries.append(Delivery(fact, of_it, bool(origin.redelivered)))
        else:
            self.started.append(fact)

    @property
    def stored(self) -> int:
        """How many messages these are."""
        return len(self.deliveries) + len(self.started)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that counts them.

        A batch counts once, by its session and number, and so does a message that may be in
        another batch as well. What the broker is known to have given away is not for us to count.
        """
        del now
        arrival = self._arrival
        if arrival.are_gone():
            return []
        can_ask = int(arrival.ask_broker is not None)
        number, receipt = arrival.number, f"{arrival.receipt:.3f}"
        arguments = (
            self._packed(),
            arrival.session,
            number,
            receipt,
            can_ask,
            str(CLOCK_TOLERANCE),
        )
        return [Call(STORE, PREFIX, arguments)]

    async def instead(self, answers: Sequence[Any], now: float) -> Sequence[Call]:
        """Return the call with what the store, or the broker, had to say first."""
        if not answers or answers[0][0] not in (LOOK_UP, ASK):
            return ()
        if answers[0][0] == LOOK_UP:
            self._counted_elsewhere.update(each.decode() for each in answers[0][3])
        elif self._arrival.ask_broker is not None:
            await self._arrival.ask_broker()
        return self.calls(now)

    def loss(self, answers: Sequence[Any]) -> Loss | None:
        """Return what of this session was acknowledged after the batch that the store found."""
        acknowledged = self._arrival.acknowledged
        if acknowledged is None or not answers or answers[0][0] in (LOOK_UP, ASK):
            return None
        found, found_at = answers[0][-2:]
        arrival = self._arrival
        last = acknowledged.get(_SIGNAL)
        first = arrival.receipt if last is None else last.first
        acknowledged[_SIGNAL] = Acknowledged(arrival.number, arrival.receipt, first)
        if last is None or found >= last.number:
            return None
        start = min(float(found_at or first), last.came)
        return Loss(arrival.source, "transfers", start, last.came)

    def proof(self) -> "TransferRows":
        """Return rows of the same number without anything in them."""
        return TransferRows(self._arrival)

    def _packed(self) -> bytes:
        """Return the batch as store.lua takes it."""
        suspect, elsewhere = self._arrival.may_be_elsewhere(), self._counted_elsewhere
        first: list[Delivery] = []
        looked_up: list[tuple[Delivery, bool]] = []
        for each in self.deliveries:
            again = suspect or each.again or each.id in elsewhere
            if again or each.fact.counts_once:
                looked_up.append((each, again))
            else:
                first.append(each)
        ended = {
            (
                in_milliseconds(min(end, self._receipt)),
                in_milliseconds(end),
                _key(each.fact),
            )
            for each in self.deliveries
            if each.fact.id
            for end in (self._end_of(each.fact),)
        }
        started = [
            (
                _key(each),
                in_milliseconds(min(each.event, self._receipt)),
                _json([each.client, each.source, each.name]).decode(),
                in_milliseconds(each.event),
            )
            for each in self.started
        ]
        return _pack(
            (
                sums_of(first, self._receipt, is_live=self._arrival.live),
                [each.id for each in first],
                [
                    (*msgspec.structs.astuple(row), each.id, again, each.fact.counts_once)
                    for each, again in looked_up
                    for row in sums_of(
                        [each], self._receipt, is_live=self._arrival.live and not again
                    )
                ],
                started,
                [(key, time, said) for time, said, key in sorted(ended)],
            )
        )

    def _end_of(self, fact: Transfer) -> float:
        """Return when it was over for certain, by its sender, so that what began before is over."""
        return self._receipt if fact.is_earliest else fact.event


def in_milliseconds(time: float) -> float:
    """Return a time as the store keeps it, so that times of one moment stay equal."""
    return round(time, 3)


def _key(fact: Transfer | Started) -> str:
    return f"{fact.node}\0{fact.id}"
