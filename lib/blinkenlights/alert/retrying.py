"""When something that could not be told is tried again, and when it is given up."""

import random
from typing import NamedTuple

from blinkenlights.alert.channels.channel import CannotSayError
from blinkenlights.alert.outbox import Tries

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 600.0


class Again(NamedTuple):
    """What follows from a failure. Times are seconds since the epoch."""

    tries: Tries
    at: float
    """When it is tried again."""
    rest: float
    """Until when its receiver wants to hear nothing; 0 where it did not say."""
    is_over: bool
    """Whether it is given up."""


def after(error: CannotSayError, before: Tries | None, now: float, give_up: float) -> Again:
    """Return what follows from a failure.

    Pauses double, and each is shortened by up to half at random, so that many who lost the same
    receiver do not return at one moment. What the receiver itself says wins.

    Args:
        error: Why it was not taken.
        before: What went wrong before; None for nothing.
        now: The present.
        give_up: Seconds after which it is given up.
    """
    times = before.times + 1 if before else 1
    since = before.since if before else now
    tries = Tries(times=times, since=since, at=now, error=str(error))
    pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(times - 1, 16))
    pause *= random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
    rest = now + error.retry_after if error.retry_after else 0.0
    return Again(
        tries=tries,
        at=max(now + pause, rest),
        rest=rest,
        is_over=error.is_final or now - since >= give_up,
    )
