"""After how many seconds a series is stale, and what is demanded of its numbers."""

from blinkenlights.kinds.metric.identity import is_presence
from blinkenlights.kinds.metric.keys import Facts
from blinkenlights.plugin.nagios import Ok, Range
from blinkenlights.plugin.verdict import grade

SURE = 3
"""Gaps after which a period is believed; as in store.lua."""
MISSED = 3
"""Periods after which a series is stale."""
SHORTEST = 10.0
"""Seconds of the shortest limit that follows from a period."""
UNSURE = 300.0
"""Seconds of the shortest limit while nobody knows how often something comes."""


def limit_of(facts: Facts) -> float:
    """Return after how many seconds without a sign a series is stale.

    It is what its newest event says, else three of its periods. Of one that came too seldom for a
    period to be known it is five minutes at least.
    """
    if facts.ttl:
        return facts.ttl
    return max(MISSED * facts.period, SHORTEST if facts.gaps >= SURE else UNSURE)


def grace_of(facts: Facts) -> float:
    """Return for how many seconds after a gap a sender may not have spoken again."""
    return min(facts.period or limit_of(facts) / MISSED, limit_of(facts))


def must_live(series: str, *, is_declared: bool) -> bool:
    """Return whether somebody relies on it that a series goes on."""
    return is_declared or is_presence(series)


class Limits:
    """What is demanded of numbers."""

    def __init__(self, warning: Range | None = None, critical: Range | None = None) -> None:
        """Take two ranges."""
        self.warning = warning
        self.critical = critical

    @property
    def are_given(self) -> bool:
        """Whether any number is bad."""
        return self.warning is not None or self.critical is not None

    def is_left_by(self, value: float) -> bool:
        """Return whether a number is outside a range; NaN is none."""
        return value == value and grade(value, self.warning, self.critical)[0] is not Ok  # noqa: PLR0124
