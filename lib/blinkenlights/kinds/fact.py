"""What a signal module gives back for one message: a fact, or the reason why there is none."""

from typing import NamedTuple, final


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
