"""Transfers of files, and those they go to and come from."""

from blinkenlights.kinds.kind import Check, Kind
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.signal import SPEEDOS, TRANSFERS

TRANSFER = Kind(
    name="transfer",
    keys=keys.PREFIX,
    signals=(TRANSFERS, SPEEDOS),
    checks=(
        Check("speedo", "Transfers"),
        Check("delivery", "Deliveries"),
        Check("inflight", "Transfers in flight"),
    ),
    group="transfers",
)
