"""What we use of nagiosplugin: its states, ranges, results and what judges them."""

from nagiosplugin import (
    Check,
    Context,
    Critical,
    Metric,
    Ok,
    Range,
    Resource,
    Result,
    Results,
    Unknown,
    Warn,
)
from nagiosplugin.state import ServiceState

__all__ = [
    "Check",
    "Context",
    "Critical",
    "Metric",
    "Ok",
    "Range",
    "Resource",
    "Result",
    "Results",
    "ServiceState",
    "Unknown",
    "Warn",
]
