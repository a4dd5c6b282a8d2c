"""Results of probes on their way to the store: one row for each."""

from collections.abc import Sequence

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")

DIGITS = 3
"""Of the moment by which results are told apart: so many survive the JSON of the store."""

_pack = msgspec.msgpack.Encoder().encode


class EndpointRows(SignalRows):
    """What a batch tells of endpoints."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self._arrival = arrival
        self._rows: list[tuple[object, ...]] = []

    def add(
        self, fact: EndpointResult | EndpointRemoved, _body: bytes, _key: str, _origin: Origin
    ) -> None:
        """Add a result, or that an endpoint is removed. No probe ends later than it came."""
        arrival = self._arrival
        if isinstance(fact, EndpointRemoved):
            # By the clock of its results, which it is compared with.
            self._rows.append((fact.endpoint, arrival.receipt, fact.event))
            return
        # By a clock that is ahead the next result would never be missed: it was due by now.
        ahead = max(0.0, fact.event - arrival.receipt, fact.due - arrival.receipt)
        overdue = fact.overdue - ahead
        self._rows.append(
            (
                fact.endpoint,
                arrival.receipt,
                min(fact.event, arrival.receipt),
                round(fact.due, DIGITS),
                fact.level,
                overdue,
                *fact.failures,
                fact.recoveries,
                fact.details,
                arrival.source,
            )
        )

    @property
    def stored(self) -> int:
        """How many messages these are."""
        return len(self._rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        arguments = (_pack(self._rows), keys.RUNS_KEPT, str(CLOCK_TOLERANCE))
        return [Call(STORE, keys.PREFIX, arguments)]
