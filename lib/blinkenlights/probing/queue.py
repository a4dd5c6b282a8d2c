"""Who waits for a probe, in the order in which they were due, within bounds for all and each host.

Pure. A host that has as many probes as it may have holds up nobody but itself.
"""

from collections import deque
from collections.abc import Iterator


class ProbeQueue:
    """Names that wait, each with its host.

    Args:
        most: Probes at a time; may be set at any time.
        most_of_host: Probes of one host at a time.
    """

    def __init__(self, most: int, most_of_host: int) -> None:
        self.most = most
        self._most_of_host = most_of_host
        self._ready: deque[tuple[str, str]] = deque()
        self._held: dict[str, deque[str]] = {}
        """Host -> who waits until one of its probes is over."""
        self._running: dict[str, int] = {}
        self.busy = 0
        """Probes that are being made."""

    @property
    def waiting(self) -> int:
        """How many wait. One that was removed from the files counts until it would be its turn."""
        return len(self._ready) + sum(map(len, self._held.values()))

    def add(self, name: str, host: str) -> None:
        """Let somebody wait, behind all others."""
        self._ready.append((name, host))

    def add_first(self, name: str, host: str) -> None:
        """Let somebody wait before all others: whose turn it was, and nothing came of it."""
        self._ready.appendleft((name, host))

    def first(self) -> Iterator[str]:
        """Give who waits longest: of all, and of those whose host has as many as it may have."""
        if self._ready:
            yield self._ready[0][0]
        for held in self._held.values():
            yield held[0]

    def take(self) -> tuple[str, str] | None:
        """Return who is next, with the host, and count a probe; None when nobody may begin."""
        while self._ready and self.busy < self.most:
            name, host = self._ready.popleft()
            if self._running.get(host, 0) < self._most_of_host:
                self._running[host] = self._running.get(host, 0) + 1
                self.busy += 1
                return name, host
            self._held.setdefault(host, deque()).append(name)
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
            self._ready.appendleft((held.popleft(), host))
            if not held:
                del self._held[host]
