"""What a prober says of itself."""

from collections.abc import Mapping
from typing import NamedTuple


class ProberReport(NamedTuple):
    """A report of one prober."""

    event: float
    """When it was written, by the prober's clock."""
    prober: str
    text: str
    """`message.ProberMessage` as JSON."""
    figures: Mapping[str, float]
    """The numbers in it that are kept as series."""
