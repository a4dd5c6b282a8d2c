"""How the figures of a table are written: short, and never a rounded zero for something."""

from collections.abc import Sequence
from datetime import UTC, datetime

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.invisible import with_blanks_seen
from blinkenlights.plugin.words import span
from blinkenlights.speedo.table import MINUTES, Row, Table

HEADERS = ("", "per minute", "bad", "bytes/min", "last good", f"{MINUTES} minutes")
_BARS = "▁▂▃▄▅▆▇█"
_PREFIXES = ("", "k", "M", "G", "T", "P")
_THOUSAND = 1000
_TEN = 10


def cells(row: Row, now: float) -> tuple[str, ...]:
    """Return a row as texts, one for each of HEADERS."""
    errors = row.errors
    return (
        with_blanks_seen(row.name, r"\x20"),
        figure(row.per_minute),
        "-" if errors is None else f"{figure(errors)}%",
        figure(row.bytes_per_minute),
        last_good(row, now),
        "published" if row.published else sparkline(row.minutes),
    )


def last_good(row: Row, now: float) -> str:
    """Return how long ago the last good transfer was, or that a wrong clock says when."""
    if row.last_good is None:
        return "unknown"
    if row.lag:
        return f"{span(int(row.lag))} late"
    if row.last_good > now + CLOCK_TOLERANCE:
        return f"{span(int(row.last_good - now))} ahead"
    return f"{span(int(max(0.0, now - row.last_good)))} ago" if row.last_good else "never"


def figure(number: float) -> str:
    """Return a number in at most four characters and a prefix: 0, 0.02, 5.1, 740, 2.4k, 12M."""
    if not number:
        return "0"
    size, power = number, 0
    while size >= _THOUSAND and power < len(_PREFIXES) - 1:
        size, power = size / _THOUSAND, power + 1
    digits = 0 if size >= _TEN else 1 if size >= 1 else 2
    text = f"{size:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("<0.01" if text == "0" else text) + _PREFIXES[power]


def sparkline(minutes: Sequence[int | None]) -> str:
    """Return a bar for each minute, a dot for one with nothing, and a gap for one not heard."""
    highest = max((count or 0 for count in minutes), default=0)
    return "".join(
        " " if count is None else _BARS[round(count / highest * (len(_BARS) - 1))] if count else "·"
        for count in minutes
    )


def summary(table: Table) -> str:
    """Return what is above the rows: when, how many, and everything together."""
    zero = "at zero" if table.is_certain else "at zero or not heard"
    moment = datetime.fromtimestamp(table.time, UTC).strftime("%H:%M:%SZ")
    of = f"{table.total} {table.scope}{'' if table.total == 1 else 's'}"
    errors = table.everything.errors
    bad = "" if errors is None else f", {figure(errors)}% bad"
    return (
        f"{moment}  {of}, {table.idle} {zero} for 5 minutes  "
        f"in all {figure(table.everything.per_minute)} per minute{bad}, "
        f"{figure(table.everything.bytes_per_minute)} bytes/min"
    )
