"""How long a client or source pauses as a rule, learnt from when its good transfers were.

A pause is a minute or more between two good transfers; what is less far apart is one burst.
store.lua keeps the longest pauses, and knows this rule as well: a test compares the two.

Standard library only: checks import this.
"""

import struct
from typing import NamedTuple

SHORTEST = 60
"""Seconds. Less is no pause, so that nobody is judged by the gaps within a burst."""
KEPT = 20
"""Pauses that are kept, the longest of 90 days, or of a longer time where there are not so many."""
LEARNT = 7 * 86400
"""Seconds for which somebody with irregular pauses has to be known: a week shows its nights and its
weekend, and has shown most of its longest pauses."""
STEADY = 1200
"""Seconds of reports without any pause that are a habit, too."""
FEW, ALIKE = 4, 1.25
SOME, SIMILAR = 10, 2
"""So many pauses are enough when the longest is not longer than so many times the shortest."""
PATIENCE = 2
"""Who is silent for so many usual pauses is late."""


class Habit(NamedTuple):
    """What is kept of when the good transfers of one client or source were."""

    first: float
    """When the first one was, seconds since the epoch."""
    last: float
    pauses: list[tuple[int, int]]
    """When each began and ended, whole seconds since the epoch; the longest first."""

    @property
    def usual_pause(self) -> int | None:
        """The usual pause in seconds; None while it is not known, as after one burst.

        It is the longest one, or twice the second where that is less: one outage is no habit.
        """
        lengths = [end - start for start, end in self.pauses]
        longest, second, *_ = [*lengths, SHORTEST, SHORTEST]
        shortest = lengths[-1] if lengths else SHORTEST
        known = self.last - self.first
        busy = known - sum(lengths)
        is_regular = (
            (len(lengths) >= FEW and longest <= ALIKE * shortest)
            or (len(lengths) >= SOME and longest <= SIMILAR * shortest)
            or (busy >= STEADY and busy >= sum(lengths) and longest <= SIMILAR * shortest)
        )
        if is_regular or (len(lengths) >= KEPT and known >= LEARNT):
            return min(longest, 2 * second)
        return None


def parse_habit(packed: bytes) -> Habit | None:
    """Return the habit that store.lua packed, None where none is; raises struct.error."""
    head = struct.calcsize("<I2d")
    # Another version kept the times of the last 10 good ones, 8 bytes each.
    if len(packed) < head or len(packed) % 8 != head % 8:
        return None
    count, first, last = struct.unpack_from("<I2d", packed)
    flat = struct.unpack_from(f"<{2 * count}I", packed, head)
    return Habit(first, last, list(zip(flat[::2], flat[1::2], strict=True)))
