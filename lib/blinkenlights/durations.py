"""Durations as people type them. Standard library only: checks import this."""

import re

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
# Compiled when used: most calls of a check give no thresholds.
_FORM = r"([0-9]+(?:\.[0-9]+)?)(s|m|h|d|w|)"


def seconds_in(text: str) -> float:
    """Return seconds for `90`, `90s`, `1.5m`, `2h`, `1d`, `1w`; raises ValueError."""
    found = re.fullmatch(_FORM, text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a duration; write 90, 90s, 2m, 1h or 1d")
    return float(found[1]) * _UNITS[found[2]]
