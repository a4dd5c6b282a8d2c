"""The newest numbers of what a kind measures, for other systems to scrape."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Reading(NamedTuple):
    """One number, and what it is of."""

    name: str
    tags: Mapping[str, str]
    value: float


class Readings(NamedTuple):
    """Numbers of what lives."""

    each: Sequence[Reading]
    """In the order of their names."""
    left_out: int
    """How many were not looked at, because there are too many."""
