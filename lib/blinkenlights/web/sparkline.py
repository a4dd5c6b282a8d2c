"""The last hour of a flow as a small picture, and the same in words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blinkenlights.kinds.rows import Minute
from blinkenlights.plugin.words import count

GOOD_HEIGHT = 40
BAD_HEIGHT = 16
STEP = 8
"""Width of a minute."""


class Bar(NamedTuple):
    """One rectangle."""

    x: int
    y: float
    height: float
    kind: str
    """`good`, `bad` or `unheard`."""


class Sparkline:
    """The bars of some minutes, oldest first; at least one."""

    def __init__(self, minutes: Sequence[Minute]) -> None:
        self.minutes = minutes
        self.width = STEP * len(minutes)
        self.height = GOOD_HEIGHT + 1 + BAD_HEIGHT
        self.zero = GOOD_HEIGHT
        """Where the line is on which good ones stand, and from which bad ones hang."""
        self.bar_width = STEP - 2
        self._most_good = max(each.good for each in minutes)
        self._most_bad = max(each.bad for each in minutes)

    @property
    def text(self) -> str:
        """What the picture shows, in words."""
        heard = [each for each in self.minutes if each.heard]
        if not heard:
            return f"not heard in the last {count(len(self.minutes), 'minute')}"
        good = [each.good for each in heard]
        words = (
            f"good transfers a minute in the last {count(len(self.minutes), 'minute')}: "
            f"{good[-1]} in the last one heard, lowest {min(good)}, highest {max(good)}; "
            f"{sum(each.bad for each in heard)} bad in all"
        )
        deaf = len(self.minutes) - len(heard)
        return words + (f"; not heard for {count(deaf, 'minute')} of them" if deaf else "")

    @property
    def bars(self) -> Iterator[Bar]:
        """The rectangles; a minute that was not heard is a gap from top to bottom."""
        for number, minute in enumerate(self.minutes):
            x = number * STEP
            if not minute.heard:
                yield Bar(x, 0, self.height, "unheard")
                continue
            if minute.good:
                height = _length(minute.good, self._most_good, GOOD_HEIGHT)
                yield Bar(x, GOOD_HEIGHT - height, height, "good")
            if minute.bad:
                height = _length(minute.bad, self._most_bad, BAD_HEIGHT)
                yield Bar(x, GOOD_HEIGHT + 1, height, "bad")


def _length(number: int, most: int, height: int) -> float:
    # One of a thousand is seen, too.
    return max(1.5, round(number / most * height, 1))
