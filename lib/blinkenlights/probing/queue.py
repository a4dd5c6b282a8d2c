"""Who waits for a probe, and whose turn it is, within bounds for all and each host.

Pure: it is told the time. Whose wait is longest by his own period is next. By the time that they
wait alone an endpoint of a second would have its turn as seldom as those of a minute, wherever
there is not room for all. A host that has as many probes as it may have holds up nobody but itself.
"""

from collections import deque
from collections.abc import Iterator
from math import log
from typing import NamedTuple

GROWTH = 1.2
"""Endpoints whose periods differ by less share a line."""
SHORTEST, LONGEST = 0.1, 600.0
"""Seconds that a period counts at least and at most: what is due once a day does not wait for one,
and is too rare to cost others much."""


class Waiting(NamedTuple):
    """Somebody who waits. Times are seconds since the epoch."""

    name: str
    host: str
    since: float = 0.0
    period: float = 1.0
    """Seconds from one of his turns to the next."""

    @property
    def counted(self) -> float:
        """His period as it counts, in seconds."""
        return min(max(self.period, SHORTEST), LONGEST)

    def periods(self, now: float) -> float:
        """Return how many of his periods he waits."""
        return (now - self.since) / self.counted


class ProbeQueue:
    """Names that wait, each with its host.

    Args:
        most: Probes at a time; may be set at any time.
        most_of_host: Probes of one host at a time.
    """

    def __init__(self, most: int, most_of_host: int) -> None:
        self.most = most
        self._most_of_host = most_of_host
        self._lines: dict[int, deque[Waiting]] = {}
        """Those who wait, by about their periods; none is empty."""
        self._held: dict[str, deque[Waiting]] = {}
        """Host -> who waits until one of its probes is over."""
        self._running: dict[str, int] = {}
        self.busy = 0
        """Probes that are being made."""

    @property
    def waiting(self) -> int:
        """How many wait. One that was removed from the files counts until it would be its turn."""
        everywhere = (self._lines, self._held)
        return sum(len(each) for some in everywhere for each in some.values())

    def add(self, one: Waiting) -> None:
        """Let somebody wait, behind all others of about his period."""
        self._line(one).append(one)

    def add_first(self, one: Waiting) -> None:
        """Let somebody wait before those: whose turn it was, and nothing came of it."""
        self._line(one).appendleft(one)

    def first(self) -> Iterator[str]:
        """Give who waits longest: of each line, and of those whose host has as many as it may."""
        for some in (self._lines, self._held):
            for each in some.values():
                yield each[0].name

    def take(self, now: float) -> tuple[str, str] | None:
        """Return who is next, with the host, and count a probe; None when nobody may begin."""
        while self._lines and self.busy < self.most:
            one = self._next(now)
            running = self._running.get(one.host, 0)
            if running < self._most_of_host:
                self._running[one.host] = running + 1
                self.busy += 1
                return one.name, one.host
            self._held.setdefault(one.host, deque()).append(one)
        return None

    def done(self, host: str) -> None:
        """Note that a probe of a host is over."""
        self.busy -= 1
        self._running[host] -= 1
        if not self._running[host]:
            del self._running[host]
        held = self._held.get(host)
        if held:
            # It was due before those that wait behind it.
            self.add_first(held.popleft())
            if not held:
                del self._held[host]

    def _line(self, one: Waiting) -> deque[Waiting]:
        return self._lines.setdefault(int(log(one.counted, GROWTH)), deque())

    def _next(self, now: float) -> Waiting:
        """Take whoever is next out of his line."""
        if len(self._lines) == 1:
            [key] = self._lines
        else:
            key = max(self._lines, key=lambda each: self._lines[each][0].periods(now))
        line = self._lines[key]
        one = line.popleft()
        if not line:
            del self._lines[key]
        return one
