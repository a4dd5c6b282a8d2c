"""For how long a sender may say what it has taken."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How messages are delivered. Times are seconds."""

    give_up: float
    """After so long a message that nobody takes is a dead letter."""
    lease: float = 60.0
    """For so long nobody else has what one sender has."""
    say: float = 30.0
    """How long one message may take. It is begun only while so much of the lease is left."""
    pace: float = 1.0
    """At least so much lies between two messages to one address, whoever sends them."""


class Lease:
    """Until when a queue is ours, as far as we know.

    Args:
        began: When it was asked for, in ticks: the store's began later.
        manner: How long it lasts.
        ticks: Seconds of a clock that nobody sets, and that goes on while we are stopped or the
            machine sleeps.
    """

    def __init__(self, began: float, manner: Manner, ticks: Callable[[], float]) -> None:
        self._ends = began + manner.lease
        self._say = manner.say
        self._ticks = ticks
        self.speaking: asyncio.Timeout | None = None

    @property
    def is_over(self) -> bool:
        """Whether somebody else may have it."""
        return self._ends <= self._ticks()

    @property
    def is_long_enough(self) -> bool:
        """Whether what is begun now can be said before somebody else may have it."""
        return self._ends - self._ticks() >= self._say

    def check(self) -> None:
        """Interrupt what is being said once it is over, which the loop's own clock may not know."""
        if self.is_over and self.speaking and not self.speaking.expired():
            self.speaking.reschedule(asyncio.get_running_loop().time())
