"""Reports of probers on their way to the store: of each prober the newest counts."""

from collections.abc import Sequence

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.prober.fact import ProberReport
from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

_STORE = Script(__package__, "store")

_pack = msgspec.msgpack.Encoder().encode


class ProberRows(SignalRows):
    """The reports in a batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self._arrival = arrival
        self._rows: list[tuple[object, ...]] = []

    def add(self, fact: ProberReport, _body: bytes, _key: str, _origin: Origin) -> None:
        """Add a report."""
        arrival = self._arrival
        self._rows.append((fact.prober, fact.event, arrival.receipt, arrival.source, fact.text))

    @property
    def stored(self) -> int:
        """How many reports these are."""
        return len(self._rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        return [Call(_STORE, keys.PREFIX, (_pack(self._rows), str(CLOCK_TOLERANCE)))]
