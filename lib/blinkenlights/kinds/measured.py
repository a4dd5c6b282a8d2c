"""The numbers of one thing at one moment, for rules."""

from collections.abc import Mapping
from typing import NamedTuple


class Measured(NamedTuple):
    """What is known of the numbers of one thing."""

    numbers: Mapping[str, float]
    """`value`, and `rate`, `avg`, `min`, `max`, `count` over a window; those that are known."""
    unsure: str = ""
    """Why others cannot be known: somebody could not hear. Empty where they are just not there."""
