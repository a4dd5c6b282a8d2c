"""How checks say things: durations, names from outside, lists that must stay short."""

import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from blinkenlights.invisible import is_all_seen, is_seen, with_blanks_seen

T = TypeVar("T")

LINE_BYTES = 255
"""Longest first line: the width of NDO's output column, the narrowest place a line ends up in."""
NAMED = 3
"""How many a sentence of line 1 names; -v has all of them."""
NAME_BYTES = 40
"""Longest name in line 1."""

# What a monitoring core, a macro or a terminal would take for something else.
_UNSAFE = {ord("|"): "/", ord(";"): ",", ord("$"): "S", ord("`"): "'", ord('"'): "'"}
_UNSAFE |= dict.fromkeys(map(ord, "<>&~"), "_")
_LONG = 1e15
"""From here on a float holds no more decimals, and nobody counts digits."""
_UNITS = (("d", 86400), ("h", 3600), ("m", 60))


def clean(text: str) -> str:
    """Return `text` as one printable line that no core, macro or terminal takes for anything else.

    Characters that Nagios strips from macros (illegal_macro_output_chars) or that separate
    performance data are replaced by look-alikes; invisible ones become a question mark, and so does
    a blank after another, because cores show their pages in HTML.
    """
    text = with_blanks_seen(text.translate(_UNSAFE), "?")
    if is_all_seen(text):
        return text
    return "".join(character if is_seen(character) else "?" for character in text)


def span(seconds: float) -> str:
    """Return a duration in its two largest units: 252 -> `4m 12s`, 93600 -> `1d 2h`."""
    if seconds < 0:
        return "-" + span(-seconds)
    if seconds < 10 and seconds != int(seconds):  # noqa: PLR2004 - below, tenths matter
        return f"{seconds:.1f}s"
    left = int(seconds)
    parts = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    if left or not parts:
        parts.append(f"{left}s")
    return " ".join(parts[:2])


def moment(when: float) -> str:
    """Return a time in words: `2026-09-21 14:13:20 UTC`."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))


def plain(number: float) -> str:
    """Return a number without exponent or rounding noise: 0.30000000000000004 -> `0.3`.

    One that is too small for six decimals has up to fifteen.
    """
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    if text in ("0", "-0"):
        text = f"{number:.15f}".rstrip("0").rstrip(".") if number else "0"
    return "0" if text == "-0" else text


def brief(number: float) -> str:
    """Return a number for people, at most 16 characters: with an exponent from 1e15 on."""
    return plain(number) if abs(number) < _LONG else f"{number:.6g}"


def listing(items: Sequence[str], most: int, total: int | None = None) -> str:
    """Return the first `most` items and how many more there are: `a, b and 3 more`."""
    total = len(items) if total is None else total
    shown = ", ".join(items[:most])
    left = total - min(most, len(items))
    if not left:
        return shown
    return f"{shown} and {left} more" if shown else f"{left} of them"


def grouped(
    pairs: Sequence[tuple[str, T]], *, most_first: bool = False
) -> Iterator[tuple[str, list[T], int]]:
    """Yield each reason of the pairs (reason, who) once, whom it has, and how many of them to name.

    Line 1 is short: where there are several reasons, each is worth more than another name.
    """
    found: dict[str, list[T]] = {}
    for reason, who in pairs:
        found.setdefault(reason, []).append(who)
    most = NAMED if len(found) == 1 else 1
    order = sorted(found, key=lambda reason: -len(found[reason])) if most_first else list(found)
    for reason in order:
        yield reason, found[reason], most


def shorten(text: str, most: int) -> str:
    """Return `text` cut to at most `most` bytes of UTF-8, with an ellipsis where it was cut."""
    encoded = text.encode(errors="backslashreplace")
    if len(encoded) <= most:
        return text
    return encoded[: most - 3].decode(errors="ignore").rstrip() + "..."


def short(name: str, most: int = NAME_BYTES) -> str:
    """Return a name as line 1 has it: clean, and cut to at most `most` bytes."""
    return shorten(clean(name), most)


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 component`, `2 components`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def rounded(value: float | None, digits: int) -> float | None:
    """Return a number with so many digits after its point; None, for not known, stays None."""
    return None if value is None else round(value, digits)
