"""What we use of nagiosplugin: its states, ranges, results and what judges them.

Each is imported from the module that defines it: a check loads these, and not the whole package
(`postponed_imports`).
"""

try:
    from nagiosplugin.context import Context
    from nagiosplugin.metric import Metric
    from nagiosplugin.range import Range
    from nagiosplugin.resource import Resource
    from nagiosplugin.result import Result, Results
    from nagiosplugin.state import Critical, Ok, ServiceState, Unknown, Warn
except Exception:  # noqa: BLE001 - another version may have moved them inside the package
    from nagiosplugin import (
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

    ServiceState = type(Ok)  # type: ignore[misc]

__all__ = [
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
