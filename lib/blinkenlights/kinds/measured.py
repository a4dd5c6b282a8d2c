"""The numbers of one thing at one moment, for rules."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from blinkenlights.kinds.learnable import Learnable
from blinkenlights.kinds.view_context import ViewContext


class Measured(NamedTuple):
    """What is known of the numbers of one thing."""

    numbers: Mapping[str, float]
    """`value`, and `rate`, `avg`, `min`, `max`, `count` over a window; those that are known."""
    unsure: str = ""
    """Why others cannot be known: somebody could not hear, or it is still being learned. Empty
    where they are just not there."""
    words: Mapping[str, str] = MappingProxyType({})
    """What an alarm says beside a number, by its name: to what it is to be compared."""


class Foreseeing(NamedTuple):
    """Numbers that one kind knows of the series of others: what is expected of them."""

    names: tuple[str, ...]
    """As conditions name them."""
    numbers: Callable[[ViewContext, Learnable, Sequence[str], float], Mapping[str, Measured]]
    """Gives those of some series, by their names, that are held against what came in a window of
    so many seconds. Raises a StoreError."""
