"""The state of a detector as bytes: below 2 KB, and exact.

What is unpacked goes on to the bit as what was packed: numbers are kept as doubles, and the season
as the 32-bit numbers that it is in memory, too.
"""

import struct
from array import array
from datetime import UTC, tzinfo

from blinkenlights.expected.constants import WINDOW_ROWS
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.season import DAY_HOURS, WEEK_HOURS

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
_MOST_ROWS = WINDOW_ROWS[1]
_SLOTS = struct.Struct(f"<{DAY_HOURS}f{WEEK_HOURS}f{DAY_HOURS}s{WEEK_HOURS}s")


def pack(detector: Detector) -> bytes:
    """Return the state of a detector, without its zone."""
    numbers = [float(getattr(owner, name)) for owner, name in _fields(detector)]
    residuals, values = detector.recent.residuals, detector.recent.values
    season = detector.season
    slots = _SLOTS.pack(*season.day, *season.week, bytes(season.day_seen), bytes(season.week_seen))
    doubles = struct.pack(f"<{len(numbers)}d", *numbers)
    rows = struct.pack(f"<{2 * len(values)}d", *residuals, *values)
    return bytes((FORM, len(values))) + slots + doubles + rows


def unpack(state: bytes, zone: tzinfo = UTC) -> Detector | None:
    """Return the detector of a packed state; None when it is of another form, or broken."""
    detector = Detector(zone)
    fields = list(_fields(detector))
    doubles = struct.Struct(f"<{len(fields)}d")
    start = 2 + _SLOTS.size
    end = start + doubles.size
    if len(state) < end or state[0] != FORM or state[1] > _MOST_ROWS:
        return None
    kept = state[1]
    if len(state) != end + 16 * kept:
        return None
    *slots, day_seen, week_seen = _SLOTS.unpack_from(state, 2)
    season = detector.season
    season.day, season.week = array("f", slots[:DAY_HOURS]), array("f", slots[DAY_HOURS:])
    season.day_seen, season.week_seen = bytearray(day_seen), bytearray(week_seen)
    for (owner, name), number in zip(fields, doubles.unpack_from(state, start), strict=True):
        setattr(owner, name, number)
    rows = struct.unpack_from(f"<{2 * kept}d", state, end)
    detector.recent.residuals = array("d", rows[:kept])
    detector.recent.values = array("d", rows[kept:])
    return detector


def _fields(detector: Detector) -> list[tuple[object, str]]:
    """Return all single numbers of a detector as owner and name, always in the same order."""
    found: list[tuple[object, str]] = [(detector, "width")]
    for part in _PARTS:
        owner = getattr(detector, part)
        for name in type(owner).__slots__:
            if name in {"hours", "days"}:
                spell = getattr(owner, name)
                found += [(spell, each) for each in type(spell).__slots__]
            else:
                found.append((owner, name))
    return found
