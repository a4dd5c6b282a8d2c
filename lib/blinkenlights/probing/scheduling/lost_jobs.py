"""Says of which locations jobs are lost, and how many."""

import logging
from math import inf

from blinkenlights.plugin.words import count
from blinkenlights.probing.scheduling.retries import MOST_TRIES

log = logging.getLogger("blinkenlights.probe")

LOST_SECONDS = 10.0
"""How often it is said at most that jobs are lost: those of one worker are so one by one."""


class LostJobs:
    """Counts jobs that nobody answered, until that is said."""

    def __init__(self) -> None:
        self._numbers: dict[str, tuple[int, int]] = {}
        """Location -> how many, and how many of them are given up."""
        self._said_at = -inf

    def add(self, location: str, *, is_given_up: bool) -> None:
        """Count one; `is_given_up` says that it is not given out once more."""
        lost, given_up = self._numbers.get(location, (0, 0))
        self._numbers[location] = lost + 1, given_up + is_given_up

    def say(self, ticks: float) -> None:
        """Write to the log what was not said yet, if the last time is long enough ago."""
        if not self._numbers or ticks - self._said_at < LOST_SECONDS:
            return
        said, self._numbers, self._said_at = self._numbers, {}, ticks
        for location, (lost, given_up) in said.items():
            log.warning(
                "location %s: no worker said what became of %s; %s",
                location,
                count(lost, "job"),
                _then(lost, given_up),
            )


def _then(lost: int, given_up: int) -> str:
    if not given_up:
        return "given out again while not too late"
    if given_up == lost:
        return f"after {MOST_TRIES} tries that counts as missed"
    return (
        f"{given_up} of them count as missed after {MOST_TRIES} tries, the others are given out "
        "again while not too late"
    )
