"""Says of which locations jobs are lost, and how many."""

import logging
from math import inf

from blinkenlights.plugin.words import count

log = logging.getLogger("blinkenlights.probe")

LOST_SECONDS = 10.0
"""How often it is said at most that jobs are lost: those of one worker are so one by one."""


class LostJobs:
    """Counts jobs that nobody answered, until that is said."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        """Location -> how many."""
        self._said_at = -inf

    def add(self, location: str) -> None:
        """Count one."""
        self._numbers[location] = self._numbers.get(location, 0) + 1

    def say(self, ticks: float) -> None:
        """Write to the log what was not said yet, if the last time is long enough ago."""
        if not self._numbers or ticks - self._said_at < LOST_SECONDS:
            return
        said, self._numbers, self._said_at = self._numbers, {}, ticks
        for location, number in said.items():
            log.warning(
                "location %s: no worker said what became of %s; given out again while not too late",
                location,
                count(number, "job"),
            )
