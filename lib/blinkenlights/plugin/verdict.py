"""The state of one number, in words the range that it left, and which state is worse."""

from collections.abc import Callable

from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown, Warn
from blinkenlights.plugin.words import plain

ORDER = (Critical, Unknown, Warn, Ok)
"""Worst first. What is proved bad outranks what is not known (plugin guidelines, A6)."""
BY_WORD: dict[str, ServiceState] = {
    "ok": Ok,
    "warning": Warn,
    "critical": Critical,
    "unknown": Unknown,
}


def grade(
    value: float | None,
    warning: Range | None,
    critical: Range | None,
    show: Callable[[float], str] = plain,
) -> tuple[ServiceState, str]:
    """Return the state of a number, and in words the range that it left."""
    if value is None or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124
        return Unknown, " is not a number"
    for state, limit in ((Critical, critical), (Warn, warning)):
        if limit is not None and not limit.match(value):
            return state, f", limit {in_words(limit, show)}"
    return Ok, ""


def in_words(limit: Range, show: Callable[[float], str] = plain) -> str:
    """Return a range without the characters that cores strip: `10:20` -> `10 to 20`."""
    low, high = limit.start == float("-inf"), limit.end == float("inf")
    if limit.invert:
        if low or high:
            inside = f"up to {show(limit.end)}" if low else f"{show(limit.start)} and more"
        else:
            inside = f"{show(limit.start)} to {show(limit.end)}"
        return f"not {inside}"
    if high:
        return f"at least {show(limit.start)}"
    if low or limit.start == 0:
        return show(limit.end)
    return f"{show(limit.start)} to {show(limit.end)}"
