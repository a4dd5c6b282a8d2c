"""Waiting for what does not work now, with one line in the log instead of thousands."""

import asyncio
import logging
import random

log = logging.getLogger("blinkenlights")

SAID_AGAIN_SECONDS = 60.0
"""How long the log is spared another reason for the same outage."""


class Backoff:
    """Pauses that double from `first` to `longest` seconds.

    Each is shortened by up to half at random, so that many who lost the same server do not return
    at the same moment.
    """

    def __init__(self, first: float = 0.1, longest: float = 5.0) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._next = self._first

    def pause(self) -> float:
        """Return how many seconds to wait before the next attempt."""
        pause = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
        self._next = min(self._next * 2, self._longest)
        return pause


class Outage:
    """Something that is away or back, said in the log once each.

    Args:
        what: Its name at the beginning of a sentence: "the store".
        meanwhile: What that means and what is done about it.
    """

    def __init__(self, what: str, meanwhile: str) -> None:
        self._what = what
        self._meanwhile = meanwhile
        self._failing: set[object] = set()
        self._since = 0.0
        self._said = ""
        self._said_at = 0.0

    def failed(self, doing: object, error: object) -> None:
        """Note that something could not be done, and why. A new reason is said once a minute."""
        now = asyncio.get_running_loop().time()
        why = self._without_name(str(error))
        is_new = why != self._said and now - self._said_at >= SAID_AGAIN_SECONDS
        if not self._failing:
            self._since = now
        if not self._failing or is_new:
            log.warning("%s fails: %s; %s", self._what, why, self._meanwhile)
            self._said, self._said_at = why, now
        self._failing.add(doing)

    def worked(self, doing: object) -> None:
        """Note that something could be done. It is over when all that failed works again."""
        if doing not in self._failing:
            return
        self._failing.discard(doing)
        if not self._failing:
            seconds = asyncio.get_running_loop().time() - self._since
            log.warning("%s works again after %.1f seconds", self._what, seconds)

    def _without_name(self, why: str) -> str:
        """Return a reason without the address that the name of what fails ends with."""
        address, blank, rest = why.partition(" ")
        is_named = self._what == address or self._what.endswith(f" {address}")
        return rest if blank and is_named else why
