"""Numbers of things that /metrics always has, for those who scale or alarm by them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.rows import Fact


class Gauge(NamedTuple):
    """One number of each thing of a subject."""

    name: str
    """Behind `blinkenlights_`."""
    text: str
    value: Callable[[Mapping[str, Fact]], Fact]
    """Gives it from the facts of a thing; what is no number is not shown."""


class Gauges(NamedTuple):
    """Those of a subject of which there are few things."""

    labels: Sequence[str]
    """Which of the `parts` of a thing's name tell it from others."""
    each: Sequence[Gauge]
