"""A bounded number of places, shared out evenly among those who want them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False)
class Place:
    """One place that is taken."""

    share: str
    """Whose it is."""
    end: Callable[[], object]
    """Takes it away."""
    is_idle: bool = False
    """Whether it can be taken away at the least cost."""


class Places:
    """Places of which one asker may have all, until others come.

    When none is free, who holds the most gives one up for somebody who holds fewer; so nobody
    keeps everybody else out, and nobody is bounded while there is room.

    Args:
        most: How many there are.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: dict[Place, None] = {}  # the first one taken is the first one in it

    @property
    def open(self) -> int:
        """How many are taken."""
        return len(self._taken)

    def take(self, share: str, end: Callable[[], object], *, is_idle: bool = False) -> Place | None:
        """Return a place; None when there is none for this asker."""
        if self.open >= self.most:
            given_up = self._too_much_for(share)
            if given_up is None:
                return None
            self.leave(given_up)
            given_up.end()
        place = Place(share, end, is_idle)
        self._taken[place] = None
        return place

    def leave(self, place: Place) -> None:
        """Give a place back; that it was taken away does not matter."""
        self._taken.pop(place, None)

    def end(self) -> None:
        """Take all away."""
        for place in list(self._taken):
            place.end()

    def _too_much_for(self, newcomer: str) -> Place | None:
        held = Counter(place.share for place in self._taken)
        for share, number in held.most_common(1):
            if number > held[newcomer] + 1:
                theirs = [place for place in self._taken if place.share == share]
                return next((place for place in theirs if place.is_idle), theirs[0])
        return None
