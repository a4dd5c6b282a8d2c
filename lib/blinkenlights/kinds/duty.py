"""What a kind does in the collector from time to time: numbers made of what is stored already.

Every collector has the duties of its configuration. Whoever comes first does what is due, and the
others see in the store that it is done. Where two do it at the same time the same comes of it, and
what is stored twice counts once.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from blinkenlights.kinds.number import Number
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader

MADE_UP_FOR = 15


class Turn(NamedTuple):
    """One time at which a duty is done."""

    store: StoreReader
    horizon: Horizon
    """All that was sent before the moment is stored, as far as it could be heard."""
    moment: float
    """A whole multiple of the duty's interval, seconds since the epoch; a little ago."""
    most: int
    """For the names of so many numbers there is room. Who came first has it."""


class Duty(NamedTuple):
    """Something to do at regular moments."""

    name: str
    """For the log, and for counting whose numbers there are; without blanks."""
    key: str
    """STRING in the store: the moment up to which it is done."""
    every: int
    """Seconds between two moments."""
    work: Callable[[Turn], Sequence[Number]]
    """Gives the numbers of one moment, always the same. What it stores by itself, it stores once.
    Is called in a thread of its own, and may wait for the store; raises a StoreError. A number
    without a source is of the first one."""
    kind: str | None = None
    """The kind of signal of which everything has to be stored first; None for all kinds."""
    most: int | None = None
    """Series that may come of it; None for what the configuration says."""
    made_up_for: int = MADE_UP_FOR
    """Moments that are made up for when nobody could do them."""
    by_store: bool = False
    """Whether the clock of the store says what time it is: the same for all collectors. For what
    may be done once only, and never before its moment."""
