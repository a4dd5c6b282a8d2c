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

SHORT = ("-w/--warning", "-c/--critical")
"""What most checks call their two thresholds."""

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


def at_most(seconds: float | None) -> Range | None:
    """Return the range of a duration; None for none."""
    return None if seconds is None else value_range(plain(seconds))


def written(limit: Range | None) -> str:
    """Return a range as performance data has it; nagiosplugin prints floats with str()."""
    if limit is None:
        return ""
    start = "~" if limit.start == -inf else plain(limit.start)
    end = "" if limit.end == inf else plain(limit.end)
    return "@" * limit.invert + (end if start == "0" and end else f"{start}:{end}")


def pair(
    parser: ArgumentParser,
    options: tuple[str, str],
    texts: tuple[str | None, str | None],
    parse: Callable[[str], Range],
) -> tuple[Range | None, Range | None]:
    """Return the ranges to warn of and that are critical, of two options; None when not given.

    It is a usage error when one leaves no room for the other; see `exchanged`.
    """
    warning = optional(parser, options[0], texts[0], parse)
    critical = optional(parser, options[1], texts[1], parse)
    refuse_exchanged(parser, options, texts, (warning, critical))
    return warning, critical


def refuse_exchanged(
    parser: ArgumentParser,
    options: tuple[str, str],
    texts: tuple[str | None, str | None],
    limits: tuple[Range | None, Range | None],
) -> None:
    """Make it a usage error when the ranges of two options leave no room; see `exchanged`."""
    names = [f"{option} {text}" for option, text in zip(options, texts, strict=True)]
    wrong = exchanged((names[0], limits[0]), (names[1], limits[1]))
    if wrong:
        parser.error(wrong)


def exchanged(warning: tuple[str, Range | None], critical: tuple[str, Range | None]) -> str:
    """Return what is wrong when a critical range lets WARNING never come; else an empty text.

    Both have one end only, on the same side, and the critical one is reached first. Equal ends are
    right: that is how people say that there is nothing to warn of.

    Args:
        warning: What it is called, with its text, and the range to warn of.
        critical: The same of the one that is critical.
    """
    limits = warning[1], critical[1]
    first, second = (None if limit is None else _only_end(limit) for limit in limits)
    if first is None or second is None or first[0] != second[0]:
        return ""
    is_upper, end = second
    if not (end < first[1] if is_upper else end > first[1]):
        return ""
    words = "below" if is_upper else "above"
    return f"{critical[0]} is {words} {warning[0]}, so WARNING never comes: exchange the two"


def _only_end(limit: Range) -> tuple[bool, float] | None:
    """Return whether a range demands no more or no less than its only end, and that end.

    None when it has two. Ages and most numbers are never below 0, so that is no end.
    """
    has_start, has_end = limit.start > 0, limit.end < inf
    if has_end and not has_start:
        return not limit.invert, limit.end
    if has_end:
        return None
    return limit.invert, limit.start


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
