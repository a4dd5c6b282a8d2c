"""What is found of a row."""

from typing import NamedTuple


class Band(NamedTuple):
    """What a row is expected to be."""

    mean: float
    low: float
    high: float


class Finding(NamedTuple):
    """What a row was, measured by all before it."""

    score: float
    """0 to 1, higher is stranger; 0.5 and above is an alarm. 0 while learning and for rows that do
    not count."""
    band: Band | None
    """None before the first row."""
