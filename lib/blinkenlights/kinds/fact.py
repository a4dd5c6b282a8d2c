"""What a signal module gives back for one message: facts, or the reason why there are none."""

from collections.abc import Sequence
from typing import Any, NamedTuple, final


@final
class Skipped(NamedTuple):
    """A message in good order that is of no concern here. It is counted by `reason`, no more."""

    reason: str
    """One of a few fixed words."""


@final
class Rejected(NamedTuple):
    """A message that holds no fact. It is counted by `reason`, sampled and dead-lettered."""

    reason: str
    """A few fixed words without anything from the message, so that reasons can be counted."""
    detail: str
    """What exactly is wrong, for the operator who reads the sample."""


@final
class Several(NamedTuple):
    """A message of several facts. What is wrong with one of them costs that one only."""

    parts: Sequence[tuple[bytes, Any]]
    """What of the message says it, with a fact, a `Skipped` or a `Rejected`; at least one."""

    @property
    def event(self) -> float:
        """When the latest of its facts was, by the sender's clock; 0 when it has none."""
        found = [each.event for _, each in self.parts if type(each) not in (Skipped, Rejected)]
        return max(found, default=0.0)
