"""The last hour of a flow as a small picture, and the same in words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blinkenlights.plugin.words import count
from blinkenlights.web.rows import Minute

HEIGHT = 40
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
        self.height = HEIGHT
        self.bar_width = STEP - 2
        self._most = max(1, *(each.good + each.bad for each in minutes))

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
        """The rectangles: bad ones stand on good ones, a minute that was not heard is a gap."""
        for number, minute in enumerate(self.minutes):
            x = number * STEP
            if not minute.heard:
                yield Bar(x, 0, HEIGHT, "unheard")
                continue
            good = self._length(minute.good)
            bad = self._length(minute.bad)
            if good:
                yield Bar(x, HEIGHT - good, good, "good")
            if bad:
                yield Bar(x, max(0, HEIGHT - good - bad), bad, "bad")

    def _length(self, number: int) -> float:
        # One of a thousand is seen, too.
        return max(1.5, round(number / self._most * HEIGHT, 1)) if number else 0
