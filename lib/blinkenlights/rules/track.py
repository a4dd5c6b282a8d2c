"""How far one alert is: pending, firing, about to be over. Kept in the store.

Times are seconds since the epoch.
"""

from msgspec import Struct

from blinkenlights.kinds.rows import Fact
from blinkenlights.rules.rule import Level


class Track(Struct, frozen=True, kw_only=True):
    """How far an alert is. Only `tracking` makes one from another."""

    level: Level
    """What holds, or what held last. While it fires, what has held for as long as the rule wants.
    """
    since: float
    """Since when a limit is left. While it is pending, time in which nobody could know is left out.
    """
    looked: float
    """Up to when it was judged."""
    why: str
    values: dict[str, Fact] = {}
    fired: float = 0.0
    """When it began to fire; 0 while it is pending."""
    well_since: float = 0.0
    """Since when it has been well; 0 while it is not."""
    worse_since: float = 0.0
    """Since when it has been worse than what it fires as; 0 while it is not."""
    better_since: float = 0.0
    """Since when it has been less bad than what it fires as; 0 while it is not."""
    missing_since: float = 0.0
    """Since when nothing comes; 0 while something does."""
    doubtful_since: float = 0.0
    """Since when nobody can know; 0 while somebody can."""
    forgotten_since: float = 0.0
    """Since when the store does not know the thing at all; 0 while it does."""
    turns: tuple[float, ...] = ()
    """When it began to fire, or to fire worse, lately; oldest first."""
    is_flapping: bool = False
    over: float = 0.0
    """When it was over; 0 while it is not. One that is over is kept only to know whether it comes
    back too often. It neither fires nor is pending."""

    @property
    def is_firing(self) -> bool:
        """Whether it fires."""
        return self.fired > 0 and not self.over

    @property
    def is_pending(self) -> bool:
        """Whether a limit is left, though not for as long as the rule wants."""
        return not self.fired and not self.over
