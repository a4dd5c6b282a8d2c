"""The state of a detector as bytes: below 2 KB, and exact.

What is unpacked goes on to the bit as what was packed: numbers are kept as doubles, and the season
as the 32-bit numbers that it is in memory, too.
"""

import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from blinkenlights.expected.constants import WINDOW_ROWS
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.episode import Episode
from blinkenlights.expected.floor import Floor
from blinkenlights.expected.hour_means import HourMeans
from blinkenlights.expected.known_range import KnownRange
from blinkenlights.expected.level import Level
from blinkenlights.expected.noise import Noise, Spell
from blinkenlights.expected.pace import Pace
from blinkenlights.expected.recent import Recent
from blinkenlights.expected.season import DAY_HOURS, WEEK_HOURS, Season
from blinkenlights.expected.shift import Shift
from blinkenlights.expected.stop import Stop

if TYPE_CHECKING:
    from datetime import tzinfo

FORM = 2
"""Of these bytes. It grows when they change; a state of a form that is not read is learned anew."""

_RANGES = ("values", "residuals", "means", "troughs")
_DAYS, _HOURS = ([f"{name}.{each}" for each in Spell.__slots__] for name in ("days", "hours"))
_NOISE = (*_DAYS, "excess", "fitted", *_HOURS, "observed", "square")


def _noise(*numbers: float) -> Noise:
    size = len(Spell.__slots__)
    days, (excess, fitted, *hours), (observed, square) = (
        numbers[:size],
        numbers[size:-2],
        numbers[-2:],
    )
    return Noise(Spell(*days), excess, fitted, Spell(*hours), observed, square)


_PARTS: tuple[tuple[str, Callable[..., object], Sequence[str]], ...] = (
    ("pace", Pace, Pace.__slots__),
    ("level", Level, Level.__slots__),
    ("floor", Floor, Floor.__slots__),
    *((each, KnownRange, KnownRange.__slots__) for each in _RANGES),
    ("noise", _noise, _NOISE),
    ("stop", Stop, Stop.__slots__),
    ("shift", Shift, Shift.__slots__),
    ("episode", Episode, Episode.__slots__),
    ("hours", HourMeans, HourMeans.__slots__),
)
"""Name in the detector, what makes it of its numbers, and what these are, in the order they are
kept. The width is before them all. New ones are last: of an older form they begin anew."""


def _places() -> Iterator[tuple[str, Callable[..., object], slice]]:
    """Yield of each part where its numbers are."""
    start = 1
    for name, made, fields in _PARTS:
        yield name, made, slice(start, start + len(fields))
        start += len(fields)


_PLACES = tuple(_places())
_FIELDS = ("width", *(f"{name}.{each}" for name, _, fields in _PARTS for each in fields))
_numbers = attrgetter(*_FIELDS)
_DOUBLES = struct.Struct(f"<{len(_FIELDS)}d")
_DOUBLES_OF = {1: struct.Struct(f"<{len(_FIELDS) - len(HourMeans.__slots__)}d"), FORM: _DOUBLES}
"""By form."""
_DOUBLE = 8
_MOST_ROWS = WINDOW_ROWS[1]
_SLOTS = struct.Struct(f"<{4 * DAY_HOURS}s{4 * WEEK_HOURS}s{DAY_HOURS}s{WEEK_HOURS}s")
_IS_SWAPPED = sys.byteorder == "big"


def pack(detector: Detector) -> bytes:
    """Return the state of a detector, without its zone."""
    residuals, values = detector.recent.residuals, detector.recent.values
    season = detector.season
    return b"".join(
        (
            bytes((FORM, len(values))),
            _bytes_of(season.day),
            _bytes_of(season.week),
            season.day_seen,
            season.week_seen,
            _DOUBLES.pack(*_numbers(detector)),
            _bytes_of(residuals),
            _bytes_of(values),
        )
    )


def unpack(state: bytes, zone: "tzinfo | None" = None) -> Detector | None:
    """Return the detector of a packed state; None when it is of another form, or broken."""
    doubles = _DOUBLES_OF.get(state[0]) if state else None
    if doubles is None:
        return None
    start = 2 + _SLOTS.size
    end = start + doubles.size
    if len(state) < end or state[1] > _MOST_ROWS:
        return None
    middle = end + _DOUBLE * state[1]
    if len(state) != middle + _DOUBLE * state[1]:
        return None
    # Its own constructor would make all that is replaced here.
    detector = Detector.__new__(Detector)
    detector.zone = zone
    day, week, day_seen, week_seen = _SLOTS.unpack_from(state, 2)
    detector.season = Season(
        _numbers_in("f", day), _numbers_in("f", week), bytearray(day_seen), bytearray(week_seen)
    )
    numbers = doubles.unpack_from(state, start)
    detector.width = numbers[0]
    for name, made, place in _PLACES:
        setattr(detector, name, made(*numbers[place]))
    detector.recent = Recent(_numbers_in("d", state[end:middle]), _numbers_in("d", state[middle:]))
    return detector


def _bytes_of(numbers: "array[float]") -> bytes:
    """Return numbers as bytes, the lowest first on whatever machine."""
    if _IS_SWAPPED:
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _numbers_in(form: Literal["d", "f"], packed: bytes) -> "array[float]":
    numbers = array(form, packed)
    if _IS_SWAPPED:
        numbers.byteswap()
    return numbers
