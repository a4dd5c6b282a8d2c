"""What a prober tells of endpoints."""

from collections.abc import Mapping
from typing import NamedTuple


class EndpointResult(NamedTuple):
    """What came of one probe. Times are seconds since the epoch, by the prober's clock."""

    event: float
    """When the probe was over."""
    endpoint: str
    due: float
    level: int
    """0 good, 1 degraded, 2 failed."""
    overdue: float
    """From when on the next result is missed."""
    failures: tuple[int, int]
    recoveries: int
    details: str
    """`keys.Details` as JSON."""
    figures: Mapping[str, float]
    """The numbers among them: phases, days of the certificate, captured values."""


class EndpointRemoved(NamedTuple):
    """An endpoint that its file names no more."""

    event: float
    endpoint: str
