"""The one place that reads the wall clock, so that every other module takes time as a parameter."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Gives the present as seconds since 1970-01-01 UTC."""

CLOCK_TOLERANCE = 30.0
"""Seconds by which a clock may differ from ours before it counts as wrong.

Clocks that NTP keeps differ by far less. A time that is further ahead proves nothing: it would keep
a dead thing alive until then.
"""


def wall_clock() -> float:
    """Return the present as seconds since the epoch, by this machine's clock."""
    return time.time()
