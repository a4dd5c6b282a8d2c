"""One module per kind of signal: wire bytes in, facts out. Pure: no I/O and no clock of its own.

A kind is added with a module here and a line in `KINDS`.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.heartbeat import decode as heartbeat
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.machine import decode as machine
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.transfer import decode as transfer
from blinkenlights.kinds.transfer import decode_speedo as speedo
from blinkenlights.kinds.transfer.fact import Speedo, Started, Transfer

Fact = Heartbeat | Transfer | Started | Speedo | MachineEvent


class Properties(Protocol):
    """What a broker delivers with a body. Those of pika are read only when they are asked for."""

    @property
    def headers(self) -> Mapping[str, object] | None:
        """What the sender put beside the body."""


class Reception(NamedTuple):
    """What is known of messages beside what they hold."""

    default_interval: int
    """Seconds between heartbeats of a component that does not say."""
    receipt: float | None
    """When they came; None where they may have waited in a queue."""
    longest_interval: int = heartbeat.LONGEST_INTERVAL
    """Seconds of the longest interval that a component is believed to have."""


Parse = Callable[[bytes, str, Properties | None, Reception, str], Fact | Skipped | Rejected]
"""Turns body, routing key, properties and exchange of a message into a fact, or says why there is
none."""


def _heartbeat(
    body: bytes, key: str, _properties: Properties | None, reception: Reception, _exchange: str
) -> Heartbeat | Rejected:
    return heartbeat.parse(
        body,
        key,
        default_interval=reception.default_interval,
        longest_interval=reception.longest_interval,
        receipt=reception.receipt,
    )


def _transfer(
    body: bytes, key: str, properties: Properties | None, reception: Reception, _exchange: str
) -> Transfer | Started | Skipped | Rejected:
    headers = properties.headers if properties else None
    return transfer.parse(body, key, headers=headers, receipt=reception.receipt)


def _speedo(
    body: bytes, key: str, properties: Properties | None, _reception: Reception, _exchange: str
) -> Speedo | Skipped | Rejected:
    headers = properties.headers if properties else None
    return speedo.parse(body, key, headers=headers)


def _machine(
    body: bytes, _key: str, _properties: Properties | None, reception: Reception, exchange: str
) -> MachineEvent | Skipped | Rejected:
    return machine.parse(body, exchange, receipt=reception.receipt)


KINDS: dict[str, Parse] = {
    "heartbeat": _heartbeat,
    "transfer": _transfer,
    "speedo": _speedo,
    "machine": _machine,
}
"""Name of a kind, as a source is configured with it, to its parser."""
