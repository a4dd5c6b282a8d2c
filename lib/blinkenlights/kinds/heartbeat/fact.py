"""What one heartbeat says."""

from typing import NamedTuple


class Heartbeat(NamedTuple):
    """One sign of life, or one report of health, of one component.

    Times are seconds since the epoch, UTC.
    """

    component: str
    """`name`, or `system:name` when the sender belongs to a system. 1 to 255 bytes, printable."""
    event: float
    """When the sender says it was sent."""
    interval: int
    """Seconds between two beats; 0 for reports on change only, whose silence says nothing."""
    instance: str
    """Which process sent it: a uuid, or `host:pid`; empty when it does not say."""
    extras: str
    """All further keys as one JSON object, within bounds."""
    status: str = ""
    """`ok`, `degraded` or `down` for a health report, else empty."""
    trimmed: str = ""
    """Why some extra keys were left out, empty when all were kept."""
