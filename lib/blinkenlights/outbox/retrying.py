"""When something that could not be told is tried again, and what of it is given up. Pure."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple

from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.taken import Entry, Tries

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 600.0
LONGEST_REST_SECONDS = 86_400.0
"""Whoever wants to hear nothing for longer is asked again after so long."""
LASTING = 7.0
"""So many times longer than all else is tried what lasts: the end of what was told."""
_MOST_DOUBLED = 16


class Again(NamedTuple, Generic[Entry]):
    """What follows from a failure."""

    tries: Tries
    at: float
    """When it is tried again, seconds since the epoch."""
    rest: float
    """Seconds for which its receiver wants to hear nothing; 0 where it did not say."""
    given_up: Sequence[Entry]
    kept: Sequence[Entry]
    """What is tried again."""


def after(
    error: CannotSayError,
    left: Sequence[Entry],
    before: Tries | None,
    now: float,
    *,
    give_up: float,
    chance: float,
    lasts: Callable[[Entry], bool] = lambda _: False,
    may_be_repeated: bool = False,
) -> Again[Entry]:
    """Return what follows from a failure.

    Pauses double, and each is shortened by up to half at random, so that many who lost the same
    receiver do not return at one moment. What the receiver itself says wins.

    Args:
        error: Why it was not taken.
        left: What is to be told still.
        before: What went wrong before; None for nothing.
        now: The present, seconds since the epoch.
        give_up: Seconds after which an entry is given up.
        chance: A random number from 0 to 1.
        lasts: Whether an entry is given up much later than all else.
        may_be_repeated: Whether some of it may have been told before.
    """
    times = before.times + 1 if before else 1
    pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(times - 1, _MOST_DOUBLED))
    rest = min(max(0.0, error.retry_after or 0.0), LONGEST_REST_SECONDS)
    tries = Tries(
        times=times,
        since=before.since if before else now,
        at=now,
        error=str(error),
        may_be_repeated=may_be_repeated or error.is_unsure,
    )
    given_up, kept = list[Entry](), list[Entry]()
    for each in left:
        limit = give_up * LASTING if lasts(each) else give_up
        (given_up if error.is_final or now - each.at >= limit else kept).append(each)
    at = now + max(pause * (0.5 + chance / 2), rest)
    return Again(tries, at, rest, given_up, kept)
