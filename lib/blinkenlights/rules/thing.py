"""A thing as rules see it: what its kind says of it at one moment."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.state import Status

NO_NUMBERS: Mapping[str, float] = MappingProxyType({})
NO_TAGS: Mapping[str, str] = MappingProxyType({})
NO_WORDS: Mapping[str, str] = MappingProxyType({})


class Thing(NamedTuple):
    """One thing at one moment. Times are seconds since the epoch, ages seconds."""

    subject: str
    name: str
    state: str
    """A word of its subject: `alive`, `silent`, `failing`."""
    status: Status
    """What its check would answer."""
    sentence: str
    """What its check would say."""
    age: float | None
    """Since its last sign of life; None when there was none."""
    since: float | None
    """When the state began, as far as that is known."""
    facts: Mapping[str, Fact]
    numbers: Mapping[str, float] = NO_NUMBERS
    """`value`, and `rate`, `avg`, `min`, `max`, `count` over the window of a rule; those that are
    known."""
    tags: Mapping[str, str] = NO_TAGS
    """Its tags and labels, `host` among them."""
    doubt: str = ""
    """Why nothing can be said of it now: nobody could hear it. Empty when something can."""
    missing: str = ""
    """Why there is nothing to judge though we listened: nothing came. Empty when there is."""
    unsure: str = ""
    """Why numbers that are not there cannot be known; empty where they are just not there."""
    is_known: bool = True
    """Whether the store knows it at all."""
    words: Mapping[str, str] = NO_WORDS
    """What an alarm says beside a number, by its name: to what it is to be compared."""
    ended: str = ""
    """Why nobody has to be alarmed any more: somebody retired it. Empty when it goes on."""
