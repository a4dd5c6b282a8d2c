"""How many probes at a time this worker can make in time, by how late its own loop runs."""

TICK = 0.1
"""Seconds from one look to the next."""
WEIGHT = 0.3
"""Of the last look: one pause of half a second is nobody's trouble."""
LATE = 0.25
"""Seconds by which the loop may run late, on average, before we count as behind."""
LESS = 0.7
RECOVERED_PER_SECOND = 0.05
"""Of the full capacity."""
SETTLE = 1.0
"""Seconds after which it shows what taking less has brought."""


class Pace:
    """The capacity that a worker has just now.

    Pure: it is told the time.

    Args:
        most: Probes at a time while all is well.
    """

    def __init__(self, most: int) -> None:
        self.capacity = most
        self.behind_since: float | None = None
        """Since when it makes fewer than it might; None while it does not."""
        self.most = most
        self._late = 0.0
        self._lowered_at = float("-inf")
        self._grown = float(most)

    @property
    def is_behind(self) -> bool:
        """Whether probes that begin now would begin late."""
        return self._late > LATE

    def forgive(self) -> None:
        """Forget how late it was: the machine stood still."""
        self._late = 0.0

    def looked(self, late: float, busy: int, now: float) -> None:
        """Take by how many seconds a look came late, and how many probes are being made."""
        self._late += WEIGHT * (late - self._late)
        if self.is_behind:
            if self.behind_since is None:
                self.behind_since = now
            if now - self._lowered_at >= SETTLE:
                self._lowered_at = now
                self._grown = max(1.0, LESS * min(self._grown, float(max(busy, 1))))
        elif self._grown < self.most:
            self._grown = min(self.most, self._grown + TICK * self._step())
        elif self.behind_since is not None:
            self.behind_since = None
        self.capacity = int(self._grown)

    def _step(self) -> float:
        return max(1.0, RECOVERED_PER_SECOND * self.most)
