"""Rows of a CSV file: when, and how much."""

import csv
import math
import sys
from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from blinkenlights.errors import UsageError
from blinkenlights.expected.spans import moment_of
from blinkenlights.plugin.words import short

NOTHING = {"", "nan", "null", "none", "na", "n/a"}
"""What stands for a value that is missing."""
FIRST_TWO = (0, 1)
"""Places of timestamp and value where no name says otherwise."""


class Row(NamedTuple):
    """One row, as it was written and as it was read."""

    stamp: str
    text: str
    moment: float
    """Seconds since the epoch."""
    value: float | None
    """None where it is missing."""


def read_rows(name: str, zone: tzinfo) -> list[Row]:
    """Return the rows of a file, or of standard input where it is `-`.

    A first line of names says which columns are `timestamp` and `value`; without one, or where
    there are two of other names, they are the first two. Raises UsageError, which names the line.
    """
    if name == "-":
        return _rows("standard input", sys.stdin, zone)
    try:
        with Path(name).open(newline="", encoding="utf-8-sig") as lines:
            return _rows(name, lines, zone)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from None


def _rows(name: str, lines: Iterable[str], zone: tzinfo) -> list[Row]:
    reader = csv.reader(lines)
    rows: list[Row] = []
    places = FIRST_TWO
    try:
        for number, cells in enumerate(reader):
            if not any(cells):
                continue
            if number == 0 and _is_header(cells, zone):
                places = _places(cells)
                continue
            rows.append(_row(cells, places, zone, rows[-1].moment if rows else None))
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not text in UTF-8") from None
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{name}, line {reader.line_num}: {error}") from None
    if not rows:
        raise UsageError(f"{name} has no rows; it needs lines of timestamp,value")
    return rows


def _is_header(cells: list[str], zone: tzinfo) -> bool:
    if {"timestamp", "value"} & {cell.strip().lower() for cell in cells}:
        return True
    try:
        moment_of(cells[0], zone)
    except ValueError:
        # A first line that is broken is told as such: nobody calls a column 2014-04-01X.
        return not any(character.isdigit() for character in cells[0])
    return False


def _places(names: list[str]) -> tuple[int, int]:
    given = [name.strip().lower() for name in names]
    if len(given) == len(FIRST_TWO) and not {"timestamp", "value"} & set(given):
        return FIRST_TWO
    try:
        return given.index("timestamp"), given.index("value")
    except ValueError:
        raise ValueError(
            f"columns timestamp and value are needed; here are {', '.join(names)}"
        ) from None


def _row(cells: list[str], places: tuple[int, int], zone: tzinfo, before: float | None) -> Row:
    if len(cells) <= max(places):
        raise ValueError(f"{len(cells)} cells, but timestamp and value are needed")
    stamp, text = (cells[place].strip() for place in places)
    moment = moment_of(stamp, zone, before)
    if text.lower() in NOTHING:
        return Row(stamp, text, moment, None)
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{short(text)!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{short(text)!r} is not a finite number")
    return Row(stamp, text, moment, value)
