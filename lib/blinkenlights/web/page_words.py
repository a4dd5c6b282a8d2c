"""How the page writes times, figures and texts from outside."""

import time
import unicodedata

from blinkenlights.kinds.rows import Fact, Kind
from blinkenlights.plugin.words import plain, shorten, span

MOST_BYTES = 60
"""Of a text from outside in a table; the page of the row has all of it."""
_HEADINGS: dict[tuple[Kind, str], str] = {
    ("component", "clock_ahead"): "clock ahead",
    ("machine", "task_state"): "task state",
    ("machine", "running_since"): "running since",
    ("machine", "failed_in_a_row"): "failed in a row",
    ("client", "per_minute"): "good a minute",
    ("client", "errors_percent"): "bad, %",
    ("client", "last_bad"): "last bad",
    ("source", "per_minute"): "good a minute",
    ("source", "errors_percent"): "bad, %",
    ("source", "last_bad"): "last bad",
}
_SPANS = {("component", "interval"), ("component", "clock_ahead")}
_SIZES = {("client", "bytes"), ("source", "bytes")}
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND = 1000


def iso(when: float) -> str:
    """Return a time for `<time datetime>`: `2026-09-21T14:13:20Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


def moment(when: float) -> str:
    """Return a time for people: `2026-09-21 14:13:20 UTC`."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))


def ago(seconds: float) -> str:
    """Return an age: `42s ago`."""
    return f"{span(max(0, round(seconds)))} ago"


def grouped(number: float) -> str:
    """Return a number that can be read at a glance: `99,800`, `0.25`."""
    return f"{number:,}" if isinstance(number, int) else _grouped_fraction(number)


def heading(name: str, kind: Kind) -> str:
    """Return the heading of a fact."""
    return _HEADINGS.get((kind, name)) or visible(shorten(name, MOST_BYTES))


def fact(value: Fact, name: str, kind: Kind, *, whole: bool = False) -> str:
    """Return a fact in words; of long texts the beginning, unless the `whole` is wanted."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return visible(value if whole else shorten(value, MOST_BYTES))
    if (kind, name) in _SPANS:
        return span(value) if value else ""
    if (kind, name) in _SIZES:
        return _size(value)
    return grouped(value)


def visible(text: str) -> str:
    r"""Return `text` with everything that cannot be seen, or turns lines around, as `\u202e`."""
    shown = "".join(
        each if each.isprintable() or unicodedata.category(each) == "Zs" else _escape(each)
        for each in text
    )
    return shown if shown.strip() else f"'{shown}'"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _grouped_fraction(number: float) -> str:
    whole, dot, fraction = plain(number).partition(".")
    return f"{int(whole):,}{dot}{fraction}" if whole not in ("-0", "inf", "nan") else plain(number)


def _size(count: float) -> str:
    power = 0
    while count >= _THOUSAND and power < len(_UNITS) - 1:
        count, power = count / _THOUSAND, power + 1
    return f"{plain(round(count, 1))} {_UNITS[power]}"
