"""Thresholds as people type them: durations, and the ranges of the plugin guidelines.

nagiosplugin judges; what it accepts beyond the guidelines is refused here first: an empty range,
digits of other scripts, underscores, `@:` and friends.
Rules: https://www.monitoring-plugins.org/doc/guidelines.html, section "Threshold and Ranges".
"""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from math import inf

from blinkenlights.durations import seconds_in
from blinkenlights.plugin.nagios import Range
from blinkenlights.plugin.words import plain

# Compiled when used: most calls of a check give no thresholds.
_NUMBER = r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_RANGE = rf"(@?)(?:(~|{_NUMBER})?(:))?({_NUMBER})?"


def duration(text: str) -> float:
    """Return seconds for `90`, `90s`, `1.5m`, `2h`, `1d`, `1w`; raises ArgumentTypeError."""
    try:
        return seconds_in(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def whole_number(text: str) -> int:
    """Return a number of things, 0 or more; raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} is not a whole number; write 0, 1, 2 or more")
    return int(text)


def value_range(text: str) -> Range:
    """Return the range `[@][start:][end]` for a number; raises ArgumentTypeError."""
    found = re.fullmatch(_RANGE, text.strip())
    if not found or (not found[2] and not found[4]) or (found[2] == "~" and not found[4]):
        # Not "~:10": cores take a tilde out of what they show.
        raise ArgumentTypeError(f"{text!r} is not a range; write 10, 10:, 10:20 or @10:20")
    if found[4] and found[4].startswith("-") and not found[3]:
        raise ArgumentTypeError(
            f"{text!r} ends below its start 0; write {text}: for no less, or a tilde and "
            f":{text} for no more"
        )
    try:
        return Range(found[0])
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a range: {error}") from error


def age_range(text: str) -> Range:
    """Return a range of ages in seconds; its ends may be durations: `2m`, `30s:`, `@1h:2h`."""
    inverted = text.startswith("@")
    start, colon, end = text.removeprefix("@").rpartition(":")
    ends = [plain(duration(part)) if part not in ("", "~") else part for part in (start, end)]
    return value_range("@" * inverted + ends[0] + colon + ends[1])


def written(limit: Range | None) -> str:
    """Return a range as performance data has it; nagiosplugin prints floats with str()."""
    if limit is None:
        return ""
    start = "~" if limit.start == -inf else plain(limit.start)
    end = "" if limit.end == inf else plain(limit.end)
    return "@" * limit.invert + (end if start == "0" and end else f"{start}:{end}")


def optional(
    parser: ArgumentParser, option: str, text: str | None, parse: Callable[[str], Range]
) -> Range | None:
    """Return the range in an option whose meaning depends on others; None when it is not given.

    An empty text is refused: nagiosplugin would take it for `0:`, which alarms below 0.
    """
    if text is None:
        return None
    try:
        return parse(text)
    except ArgumentTypeError as error:
        parser.error(f"argument {option}: {error}")
