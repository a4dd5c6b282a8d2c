"""Batches, as a collector makes them of what it receives."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.heartbeat.write import HeartbeatRows
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.write import MachineRows, machine_row
from blinkenlights.kinds.signal import Arrival, nowhere_else
from blinkenlights.kinds.transfer.fact import Speedo, Started
from blinkenlights.kinds.transfer.sums import Delivery
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.kinds.transfer.write_speedos import SpeedoRows
from blinkenlights.store.batch import Batch, Rows
from blinkenlights.store.report import Sample


class Message(NamedTuple):
    """How something came that was given once."""

    exchange: str = ""
    routing_key: str = ""
    redelivered: bool = False


class Beat(NamedTuple):
    """A heartbeat as it was received."""

    fact: Heartbeat
    receipt: float
    source: str
    live: bool
    """Nothing waited in the source's queue, so the message had just been sent."""


class MachineRow(NamedTuple):
    """What was told of a machine, as it was received."""

    fact: MachineEvent
    receipt: float
    source: str


def arrival(receipt: float, session: str = "", number: int = 0) -> Arrival:
    """Return what messages have in common that were not sent just before."""
    return Arrival("", receipt, live=False, session=session, number=number)


def transfer_rows(
    session: str,
    number: int,
    receipt: float,
    deliveries: Iterable[Delivery] = (),
    *,
    started: Iterable[Started] = (),
    may_be_elsewhere: Callable[[], bool] = nowhere_else,
    live: bool = False,
) -> TransferRows:
    """Return the transfers of a batch."""
    common = arrival(receipt, session, number)
    rows = TransferRows(common._replace(may_be_elsewhere=may_be_elsewhere, live=live))
    rows.deliveries += deliveries
    rows.started += started
    return rows


def batch_of(
    beats: Iterable[Beat] = (),
    counts: Counter[str] | None = None,
    samples: Sequence[Sample] = (),
    *,
    transfers: TransferRows | None = None,
    speedos: Sequence[Speedo] = (),
    machines: Iterable[MachineRow] = (),
) -> Batch:
    """Return a batch; what was received at several times is in it as if it came together."""
    rows: list[Rows] = []
    heartbeats = HeartbeatRows(arrival(0))
    heartbeats.rows += [(*fact[:6], receipt, source, live) for fact, receipt, source, live in beats]
    told = MachineRows(arrival(0))
    told.rows += [machine_row(*each) for each in machines]
    rows += [each for each in (heartbeats, told) if each.stored]
    if transfers is not None:
        rows.append(transfers)
    if speedos:
        published = SpeedoRows(arrival(max(each.event for each in speedos)))
        for each in speedos:
            published.add(each, b"", "", Message())
        rows.append(published)
    return Batch(rows, counts or Counter(), samples)
