"""Components that beat."""

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.signal import HEARTBEATS
from blinkenlights.kinds.kind import Check, Kind

HEARTBEAT = Kind(
    name="heartbeat",
    keys=keys.PREFIX,
    signals=(HEARTBEATS,),
    checks=(Check("heartbeat", "Heartbeats"),),
)
