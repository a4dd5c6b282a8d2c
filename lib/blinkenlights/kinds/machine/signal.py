"""What is told of machines as a signal."""

from operator import attrgetter

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.decode import parse
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.handover import handovers
from blinkenlights.kinds.machine.settings import TABLES
from blinkenlights.kinds.machine.write import MachineRows
from blinkenlights.kinds.signal import Decode, Names, Properties, Settings, Signal
from blinkenlights.store.names import Kept


def decoder(_settings: Settings) -> Decode:
    """Return what decodes messages about machines."""
    return _decode


def _decode(
    body: bytes, _key: str, _properties: Properties | None, receipt: float | None, exchange: str
) -> MachineEvent | Skipped | Rejected:
    return parse(body, exchange, receipt=receipt)


MACHINES = Signal(
    name="machine",
    decoder=decoder,
    facts=(MachineEvent,),
    rows=MachineRows,
    names={
        MachineEvent: (
            Names(attrgetter("machine"), Kept(keys.FACTS, "hash")),
            Names(attrgetter("pool"), Kept(keys.POOLS, "set")),
        )
    },
    tables=TABLES,
    handovers=handovers,
)
