"""Series of which it is learned what is usual: what a kind says of those that it has.

Standard library only: checks import this.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader


class Pieces(NamedTuple):
    """Stretches of time of one length, one after the other."""

    first: float
    """When the first begins, seconds since the epoch."""
    seconds: float
    number: int

    @property
    def starts(self) -> list[float]:
        """Return when each begins."""
        return [self.first + place * self.seconds for place in range(self.number)]

    @property
    def end(self) -> float:
        """Return when the last is over."""
        return self.first + self.seconds * self.number


Rows = Mapping[str, Sequence[tuple[float, float]]]
"""Name -> beginning and value of each piece of which it is known. The others are gaps."""


class Learnable(NamedTuple):
    """All series of one sort."""

    sort: str
    """What one is called: `client`."""
    kind: str | None
    """The kind of signal of which everything has to be stored first; None for all kinds."""
    is_rate: bool
    """Whether a row is a count, which is zero where nothing came. Else it is a mean, and where
    nothing came is a gap."""
    finest: float
    """Seconds of the shortest pieces that can be asked for; 0 for those that are learned."""
    names: Callable[[StoreReader, Sequence[str]], list[str]]
    """Returns the names that are one of these or match one of these globs; raises a StoreError."""
    rows: Callable[[StoreReader, Horizon, Sequence[str], Pieces], Rows]
    """Returns what came of these names in each piece; raises a StoreError."""


class Excluded(NamedTuple):
    """A time in which some series neither teach nor alarm: seconds since the epoch."""

    sort: str
    glob: str
    start: float
    end: float
