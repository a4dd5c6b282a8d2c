"""How the page writes times, figures and texts from outside."""

import time
import unicodedata

from blinkenlights.invisible import is_seen, with_blanks_seen
from blinkenlights.kinds.rows import Fact
from blinkenlights.plugin.words import plain, shorten, span
from blinkenlights.web.views import displays

MOST_BYTES = 60
"""Of a text from outside in a table; the page of the row has all of it."""
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND = 1000


def iso(when: float) -> str:
    """Return a time for `<time datetime>`: `2026-09-21T14:13:20Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


def ago(seconds: float) -> str:
    """Return an age: `42s ago`."""
    return f"{span(max(0, round(seconds)))} ago"


def grouped(number: float) -> str:
    """Return a number that can be read at a glance: `99,800`, `0.25`."""
    return f"{number:,}" if isinstance(number, int) else _grouped_fraction(number)


def heading(name: str, subject: str) -> str:
    """Return the heading of a fact."""
    return displays()[subject].headings.get(name) or visible(shorten(name, MOST_BYTES))


def fact(value: Fact, name: str, subject: str, *, whole: bool = False) -> str:
    """Return a fact in words; of long texts the beginning, unless the `whole` is wanted."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return visible(value if whole else shorten(value, MOST_BYTES))
    unit = displays()[subject].units.get(name)
    if unit == "span":
        return span(value) if value else ""
    if unit == "bytes":
        return size(value)
    return grouped(value)


def size(count: float) -> str:
    """Return a number of bytes: `1.2 MB`."""
    power = 0
    while count >= _THOUSAND and power < len(_UNITS) - 1:
        count, power = count / _THOUSAND, power + 1
    return f"{plain(round(count, 1))} {_UNITS[power]}"


def visible(text: str) -> str:
    r"""Return `text` with everything that cannot be seen, or turns lines around, as `\u202e`.

    In quotes where blanks at an end would not be seen, and with `\x20` for a blank after another.
    """
    return with_blanks_seen(visible_body(text), r"\x20")


def visible_body(text: str) -> str:
    """Return the same of what is shown with all its blanks: there they are seen."""
    shown = "".join(
        each if is_seen(each) or unicodedata.category(each) == "Zs" else _escape(each)
        for each in text
    )
    return shown if shown and shown.strip() == shown else f"'{shown}'"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _grouped_fraction(number: float) -> str:
    whole, dot, fraction = plain(number).partition(".")
    return f"{int(whole):,}{dot}{fraction}" if whole not in ("-0", "inf", "nan") else plain(number)
