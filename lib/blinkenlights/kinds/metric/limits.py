"""After how many seconds a series is stale, and what follows from that."""

from blinkenlights.kinds.metric.identity import is_presence
from blinkenlights.kinds.metric.keys import Facts

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
