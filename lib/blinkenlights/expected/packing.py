"""The state of a detector as bytes: below 2 KB, and exact.

What is unpacked goes on to the bit as what was packed: numbers are kept as doubles, and the season
as the 32-bit numbers that it is in memory, too.
"""

import struct
import sys
from array import array
from operator import attrgetter
from typing import TYPE_CHECKING

from blinkenlights.expected.constants import WINDOW_ROWS
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.noise import Spell
from blinkenlights.expected.season import DAY_HOURS, WEEK_HOURS

if TYPE_CHECKING:
    from datetime import tzinfo

FORM = 1
"""Of these bytes. It grows when they change; a state of another form is learned anew."""

_PARTS = (
    "pace",
    "level",
    "floor",
    "values",
    "residuals",
    "means",
    "troughs",
    "noise",
    "stop",
    "shift",
    "episode",
)
_SPELLS = ("hours", "days")


def _fields() -> list[tuple[str, str]]:
    """Return all single numbers of a detector, as owner and name, in the order they are kept."""
    detector = Detector()
    found = [("", "width")]
    for part in _PARTS:
        for name in type(getattr(detector, part)).__slots__:
            if name in _SPELLS:
                found += [(f"{part}.{name}", each) for each in Spell.__slots__]
            else:
                found.append((part, name))
    return found


_FIELDS = _fields()
_OWNERS = sorted({owner for owner, _ in _FIELDS if owner})
_numbers = attrgetter(*(f"{owner}.{name}".lstrip(".") for owner, name in _FIELDS))
_owners = attrgetter(*_OWNERS)
_DOUBLES = struct.Struct(f"<{len(_FIELDS)}d")
_MOST_ROWS = WINDOW_ROWS[1]
_SLOTS = struct.Struct(f"<{4 * DAY_HOURS}s{4 * WEEK_HOURS}s{DAY_HOURS}s{WEEK_HOURS}s")
_IS_SWAPPED = sys.byteorder == "big"


def pack(detector: Detector) -> bytes:
    """Return the state of a detector, without its zone."""
    residuals, values = detector.recent.residuals, detector.recent.values
    season = detector.season
    slots = _SLOTS.pack(
        _bytes_of(season.day), _bytes_of(season.week), season.day_seen, season.week_seen
    )
    doubles = _DOUBLES.pack(*_numbers(detector))
    rows = struct.pack(f"<{2 * len(values)}d", *residuals, *values)
    return bytes((FORM, len(values))) + slots + doubles + rows


def unpack(state: bytes, zone: "tzinfo | None" = None) -> Detector | None:
    """Return the detector of a packed state; None when it is of another form, or broken."""
    detector = Detector(zone)
    start = 2 + _SLOTS.size
    end = start + _DOUBLES.size
    if len(state) < end or state[0] != FORM or state[1] > _MOST_ROWS:
        return None
    kept = state[1]
    if len(state) != end + 16 * kept:
        return None
    day, week, day_seen, week_seen = _SLOTS.unpack_from(state, 2)
    season = detector.season
    season.day, season.week = _floats_in(day), _floats_in(week)
    season.day_seen, season.week_seen = bytearray(day_seen), bytearray(week_seen)
    owners = {"": detector, **dict(zip(_OWNERS, _owners(detector), strict=True))}
    numbers = _DOUBLES.unpack_from(state, start)
    for (owner, name), number in zip(_FIELDS, numbers, strict=True):
        setattr(owners[owner], name, number)
    rows = struct.unpack_from(f"<{2 * kept}d", state, end)
    detector.recent.residuals = array("d", rows[:kept])
    detector.recent.values = array("d", rows[kept:])
    return detector


def _bytes_of(numbers: "array[float]") -> bytes:
    """Return 32-bit numbers as bytes, the lowest first on whatever machine."""
    if _IS_SWAPPED:
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _floats_in(packed: bytes) -> "array[float]":
    numbers = array("f", packed)
    if _IS_SWAPPED:
        numbers.byteswap()
    return numbers
