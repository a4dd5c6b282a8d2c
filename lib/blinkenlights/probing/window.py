"""How late probes began in the last few minutes, and how busy the prober was."""

from collections import deque
from collections.abc import Iterable
from math import ceil, log
from typing import NamedTuple

from blinkenlights.kinds.endpoint.prober.message import Window

SECONDS = 300.0
"""How far back it looks."""
STEP = 10.0
"""Seconds that are forgotten together."""
SHORTEST = 0.001
GROWTH = 1.1
"""Lags are counted in steps of a tenth, so what is said of them is at most that much too long."""


class _Part:
    """Ten seconds."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.due = self.missed = 0
        self.busy = 0.0
        self.most = 0.0
        self.lags: dict[int, int] = {}


class Lags(NamedTuple):
    """Seconds from due to begun."""

    median: float
    at_95: float
    most: float


class LagWindow:
    """Counts what was due, run and missed.

    Args:
        capacity: How many probes are made at a time; may be set at any time.
        now: Seconds of a clock that nobody sets.
    """

    def __init__(self, capacity: int, now: float) -> None:
        self.capacity = capacity
        self._began = now
        self._parts = deque([_Part(now)])

    def passed(self, due: int, missed: int, now: float) -> None:
        """Count what became due, and what was missed."""
        part = self._part(now)
        part.due += due
        part.missed += missed

    def ran(self, lag: float, busy: float, now: float) -> None:
        """Count a probe that is over: how late it began, and how long it took."""
        part = self._part(now)
        step = max(0, ceil(log(max(lag, SHORTEST) / SHORTEST, GROWTH)))
        part.lags[step] = part.lags.get(step, 0) + 1
        part.most = max(part.most, lag)
        part.busy += busy

    def message(self, now: float) -> Window:
        """Return it as a report has it."""
        self._part(now)
        lags = lags_of(part.lags for part in self._parts)
        seconds = max(1.0, min(now - self._began, now - self._parts[0].began))
        busy = sum(part.busy for part in self._parts)
        return Window(
            seconds=round(seconds, 1),
            due=sum(part.due for part in self._parts),
            run=sum(sum(part.lags.values()) for part in self._parts),
            missed=sum(part.missed for part in self._parts),
            lag_median=round(lags.median, 4),
            lag_95=round(lags.at_95, 4),
            lag_most=round(max(part.most for part in self._parts), 4),
            used=round(min(1.0, busy / (seconds * max(1, self.capacity))), 4),
        )

    def _part(self, now: float) -> _Part:
        if now - self._parts[-1].began >= STEP:
            self._parts.append(_Part(now))
            while now - self._parts[0].began > SECONDS:
                self._parts.popleft()
        return self._parts[-1]


def lags_of(parts: Iterable[dict[int, int]]) -> Lags:
    """Return what lags were, from counts by step."""
    counts: dict[int, int] = {}
    for part in parts:
        for step, number in part.items():
            counts[step] = counts.get(step, 0) + number
    total, reached = sum(counts.values()), 0
    median = at_95 = most = 0.0
    for step in sorted(counts):
        reached += counts[step]
        most = SHORTEST * GROWTH**step
        if not median and reached >= total / 2:
            median = most
        if not at_95 and reached >= 0.95 * total:
            at_95 = most
    return Lags(median, at_95, most)
