"""How far one alert is: pending, firing, about to be over. Kept in the store.

Times are seconds since the epoch.
"""

from msgspec import Struct

from blinkenlights.kinds.rows import Fact
from blinkenlights.rules.rule import Level


class Track(Struct, frozen=True, kw_only=True):
    """How far an alert is. Only `tracking` makes one from another."""

    level: Level
    """What holds, or what held last."""
    since: float
    """Since when a limit is left; time in which nobody could know is left out."""
    looked: float
    """Up to when it was judged."""
    why: str
    values: dict[str, Fact] = {}
    fired: float = 0.0
    """When it began to fire; 0 while it is pending."""
    well_since: float = 0.0
    """Since when it has been well; 0 while it is not."""
    missing_since: float = 0.0
    """Since when nothing comes; 0 while something does."""
    turns: tuple[float, ...] = ()
    """When it began to fire lately, oldest first."""
    is_flapping: bool = False
