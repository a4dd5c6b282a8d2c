"""What people do about an alert: acknowledge it, or silence it and its like.

Times are seconds since the epoch.
"""

from msgspec import Struct

WORDS = ("rule", "thing", "severity")
"""What a silence mostly matches, beside labels and tags."""


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """Somebody has taken care of one firing of one alert."""

    by: str
    at: float
    until: float = 0.0
    """When it counts no more; 0 for the end of the firing."""
    reason: str = ""

    def counts(self, now: float) -> bool:
        """Return whether it still counts."""
        return not self.until or now < self.until


class Silence(Struct, frozen=True, kw_only=True):
    """Nobody is told of what matches, for a time."""

    id: str
    match: dict[str, str]
    """As routes have it; never empty."""
    by: str
    at: float
    start: float
    end: float
    reason: str = ""

    def counts(self, now: float) -> bool:
        """Return whether it counts now."""
        return self.start <= now < self.end
