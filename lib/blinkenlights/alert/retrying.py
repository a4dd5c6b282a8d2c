"""When something that could not be told is tried again, and what of it is given up. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.alert.channels.channel import CannotSayError
from blinkenlights.alert.incidents import to_be_kept
from blinkenlights.alert.notice import Notice
from blinkenlights.alert.taken import Taken, Tries

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 600.0
LONGEST_REST_SECONDS = 86_400.0
"""Whoever wants to hear nothing for longer is asked again after so long."""
ENDS_ARE_KEPT = 7.0
"""So many times longer than all else the end of what was told is tried."""
_MOST_DOUBLED = 16


class Again(NamedTuple):
    """What follows from a failure."""

    tries: Tries
    at: float
    """When it is tried again, seconds since the epoch."""
    rest: float
    """Seconds for which its receiver wants to hear nothing; 0 where it did not say."""
    given_up: Sequence[Notice]
    kept: Sequence[Notice]
    """What is tried again."""


def after(error: CannotSayError, taken: Taken, now: float, give_up: float, chance: float) -> Again:
    """Return what follows from a failure.

    Pauses double, and each is shortened by up to half at random, so that many who lost the same
    receiver do not return at one moment. What the receiver itself says wins. The end of what was
    told is given up much later than all else: who was woken is told that it is over.

    Args:
        error: Why it was not taken.
        taken: What was to be told.
        now: The present, seconds since the epoch.
        give_up: Seconds after which a notice is given up.
        chance: A random number from 0 to 1.
    """
    before = taken.tries
    times = before.times + 1 if before else 1
    pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(times - 1, _MOST_DOUBLED))
    rest = min(max(0.0, error.retry_after or 0.0), LONGEST_REST_SECONDS)
    tries = Tries(
        times=times,
        since=before.since if before else now,
        at=now,
        error=str(error),
        may_be_repeated=taken.may_be_repeated or error.is_unsure,
    )
    ends = {each.id for each in to_be_kept(taken.incident, taken.notices)}
    given_up, kept = list[Notice](), list[Notice]()
    for each in taken.notices:
        limit = give_up * ENDS_ARE_KEPT if each.id in ends else give_up
        (given_up if error.is_final or now - each.at >= limit else kept).append(each)
    at = now + max(pause * (0.5 + chance / 2), rest)
    return Again(tries, at, rest, given_up, kept)
