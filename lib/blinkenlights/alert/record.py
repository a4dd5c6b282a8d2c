"""What is kept of an alert from when its limit is left until it is over.

Times are seconds since the epoch.
"""

from msgspec import Struct

from blinkenlights.kinds.alert.keys import episode_of
from blinkenlights.rules.rule import Level
from blinkenlights.rules.track import Track


class Queued(Struct, frozen=True, kw_only=True):
    """What is on its way to one receiver, or was told."""

    level: Level
    at: float
    """When it was queued last."""
    first: float
    """When it was queued first."""
    group: str
    step: int = 0
    """The step of escalation that brought it here; 0 for none."""


class Record(Struct, frozen=True, kw_only=True):
    """One alert."""

    rule: str
    subject: str
    thing: str
    track: Track
    version: int = 0
    """Rises with every change: what is compared and set."""
    severity: str = "page"
    labels: dict[str, str] = {}
    tags: dict[str, str] = {}
    text: str = ""
    runbook: str = ""
    sentence: str = ""
    """What the thing's own check says."""
    queued: dict[str, Queued] = {}
    """Address of a receiver -> what was queued for it. Whoever is in here is told of the end."""
    acknowledged: float = 0.0
    """When the acknowledgement was made that receivers were told of; 0 for none."""
    held: str = ""
    """Why nobody is told for now: silenced, in maintenance, quiet hours, explained by another."""

    @property
    def episode(self) -> str:
        """Return what names this firing, and no other: 16 hexadecimal digits."""
        return episode_of(self.rule, self.thing, self.track.fired)
