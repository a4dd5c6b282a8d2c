"""A number that the facts of one kind give, and that another kind keeps as a series.

So nothing has to be sent twice, and neither kind knows the other.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Number(NamedTuple):
    """One number at one moment."""

    name: str
    """What is measured, such as `web.front.queue`."""
    value: float
    event: float
    """When it was, seconds since the epoch."""
    host: str = ""
    tags: Mapping[str, str] = NO_TAGS
    shown: str = ""
    """How it wants to be shown: a JSON object with `title`, `unit`, `graph` and `range`, or
    nothing."""
    source: str = ""
    """Id of the source by which came what it was made of. Empty for that of the message."""
