"""What comes of one rule for one thing at one moment."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from blinkenlights.kinds.rows import Fact

Outcome = Literal["well", "warning", "critical", "missing", "doubtful", "ended"]
"""`missing`: we listened and nothing came. `doubtful`: nobody can know, so nothing changes.
`ended`: somebody retired the thing."""


class Judged(NamedTuple):
    """One outcome."""

    outcome: Outcome
    why: str
    """What, how much, against which limit: `value was 120, limit 100`; empty when it is well. Of
    what is well and does not recover, what is still in the way."""
    recovers: bool = True
    """Whether what the rule wants for its recovery holds. Always so where it wants nothing more."""
    values: Mapping[str, Fact] = {}
    """What was looked at, by name."""
    is_known: bool = True
    """Whether the store knows the thing at all. It may have been forgotten, or the store emptied.
    """
