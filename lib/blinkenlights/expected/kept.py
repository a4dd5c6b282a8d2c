"""What is kept of one series: its detector, and what was unusual of it lately."""

import struct
from binascii import crc32
from typing import TYPE_CHECKING, NamedTuple

from blinkenlights.expected.constants import DAY, TAUGHT_AGAIN
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.packing import pack, unpack

if TYPE_CHECKING:
    from datetime import tzinfo

ALARM = 0.5
"""The score from which on a row is told as unusual."""
REVISION_BYTES = 4
REVISIONS = 2 ** (8 * REVISION_BYTES)
"""After so many it begins anew."""
_HEAD = struct.Struct("<I10d")
_SUM = struct.Struct("<I")


class Unusual(NamedTuple):
    """The strangest row of a day, below or above what is expected."""

    score: float
    moment: float
    """When the row began, seconds since the epoch."""
    value: float
    low: float
    high: float
    """What was expected of it."""


NOTHING = Unusual(0.0, 0.0, 0.0, 0.0, 0.0)


class Kept(NamedTuple):
    """All that is kept of one series."""

    revision: int
    """How often it was written: whoever writes the next one has read this one."""
    detector: Detector
    below: Unusual = NOTHING
    above: Unusual = NOTHING


def begun(zone: "tzinfo | None" = None) -> Kept:
    """Return what is kept of a series of which nothing was seen."""
    return Kept(0, Detector(zone))


def taught(kept: Kept, moment: float, value: float) -> Kept:
    """Return what is kept after a row, which began at a moment. The detector is the same one.

    A row that is as old as the newest one, or older by up to `TAUGHT_AGAIN`, was taught already.
    One that is older still is taken for late, until so many come that the clock was put back. So
    a clock that was ahead stops learning for hours at most, however far ahead it was.
    """
    revision, detector, below, above = kept
    newest = detector.pace.newest
    if detector.pace.rows and 0 <= newest - moment <= TAUGHT_AGAIN:
        return kept
    score, band = detector.update(moment, value)
    if score > 0 and band:
        row = Unusual(score, moment, value, band.low, band.high)
        if value < band.mean:
            below = _stranger(below, row)
        else:
            above = _stranger(above, row)
    return Kept(revision + 1, detector, below, above)


def _stranger(known: Unusual, new: Unusual) -> Unusual:
    is_over = not 0 <= new.moment - known.moment < DAY
    return new if is_over or new.score >= known.score else known


def pack_kept(kept: Kept) -> bytes:
    """Return it as bytes: less than 2 KB, and exact. They end with a checksum of all before it."""
    revision, detector, below, above = kept
    packed = _HEAD.pack(revision % REVISIONS, *below, *above) + pack(detector)
    return packed + _SUM.pack(crc32(packed))


def revision_of(packed: bytes) -> int:
    """Return the revision alone; 0 for what is too short to have one."""
    if len(packed) < REVISION_BYTES:
        return 0
    return int.from_bytes(packed[:REVISION_BYTES], "little")


def unpack_kept(packed: bytes, zone: "tzinfo | None" = None) -> Kept | None:
    """Return what is packed; None when it is of another form, or broken."""
    body, checksum = packed[: -_SUM.size], packed[-_SUM.size :]
    if len(body) < _HEAD.size or checksum != _SUM.pack(crc32(body)):
        return None
    detector = unpack(body[_HEAD.size :], zone)
    if detector is None:
        return None
    head = _HEAD.unpack_from(body)
    return Kept(head[0], detector, Unusual(*head[1:6]), Unusual(*head[6:]))
