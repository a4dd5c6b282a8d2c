"""What is told of machines on its way to the store."""

from collections.abc import Sequence

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")

_pack = msgspec.msgpack.Encoder().encode


class MachineRows(SignalRows):
    """What a batch tells of machines."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.rows: list[tuple[object, ...]] = []
        """Each as `machine_row` has it."""
        self._arrival = arrival

    def add(self, fact: MachineEvent, _body: bytes, _key: str, origin: Origin) -> None:
        """Add an event."""
        arrival = self._arrival
        # What waited, or was given to somebody before, was not sent just now.
        if fact.is_undated and arrival.live and not origin.redelivered:
            fact = fact._replace(event=arrival.receipt)
        self.rows.append(machine_row(fact, arrival.receipt, arrival.source))

    @property
    def stored(self) -> int:
        """How many events these are."""
        return len(self.rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        arguments = (_pack(self.rows), str(CLOCK_TOLERANCE), keys.OUTCOMES_KEPT)
        return [Call(STORE, keys.PREFIX, arguments)]


def machine_row(fact: MachineEvent, receipt: float, source: str) -> tuple[object, ...]:
    """Return what store.lua wants to know of an event."""
    started = -1.0 if fact.started is None else fact.started
    return (*fact[:7], started, receipt, source)
