"""What the collector makes of an event."""

from math import nan

import msgspec

LARGEST = 3.4e38
"""Larger numbers do not fit into the slots of a ring, which have four bytes for each."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One point of one series, and what its sender says of it. Times and spans are seconds."""

    series: str
    """As `identity.series_of` has it."""
    event: float
    """When it was, by the sender's clock."""
    value: float = nan
    """NaN where there is none: the sender lives, and measured nothing."""
    ttl: float = 0.0
    """For how long it holds; 0 when it does not say."""
    status: str = ""
    """`ok`, `warning`, `critical`, `unknown`; empty when it does not say."""
    extras: str = ""
    """A JSON object: description, and how it wants to be shown. Empty when it says nothing."""
    ends: str = ""
    """The series that goes in good order with this event; mostly none."""
    trimmed: str = ""
    """Why a part of it is left out; mostly empty."""
