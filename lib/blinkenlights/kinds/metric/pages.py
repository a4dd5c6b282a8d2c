"""Reads the pages of a series' rings.

A page is a field of a hash, `<step><form><start>`: seconds of a slot, `n` where a slot holds one
figure and `w` where it holds several, and the first second of the page. Its value is its slots, one
after the other, up to the last in which something came. All numbers are little-endian.

- `n`: a double. With all bits zero nothing came; the number 0 is stored as minus zero.
- `w`: low, mean, high, last as floats, and the number of points as 16 bits; with 0 nothing came.

Standard library only: checks import this.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache

from blinkenlights.kinds.metric.keys import Slot

NARROW_SLOTS = {"fine": 120, "day": 120, "month": 56}
WIDE_SLOTS = {"fine": 56, "day": 48, "month": 24}
"""Slots in a page, by the ring; as in store.lua."""
NARROW_STEPS = {"fine": (1, 2, 5, 10, 15, 20, 30), "day": (60, 120, 300, 600, 900, 1800)}
WIDE_STEPS = {"fine": (2,), "day": (60, 120, 300, 600, 900, 1800)}
"""Seconds of the slots that may be there, by the ring; those of a month last an hour."""

_FIELD = re.compile(rb"(\d+)([nw])(\d+)")
_WIDE = struct.Struct("<ffffH")
_new = tuple.__new__
"""Of a slot, and twice as fast as its own: there are a hundred for each series."""


@lru_cache(64)
def fields_between(ring: str, since: float, until: float) -> Sequence[str]:
    """Return the pages of a ring in which points between two moments may be."""
    found = []
    for form, slots, steps in (("n", NARROW_SLOTS, NARROW_STEPS), ("w", WIDE_SLOTS, WIDE_STEPS)):
        for step in steps.get(ring, (3600,)):
            span = step * slots[ring]
            first = int(since // span) * span
            found += [f"{step}{form}{start}" for start in range(first, int(until) + 1, span)]
    return tuple(found)


def slots_in(pages: Mapping[bytes, bytes], since: float) -> dict[int, list[Slot]]:
    """Return the slots in pages from `since` on, by their seconds, in the order of time.

    Raises ValueError for what is no page of ours.
    """
    found: dict[int, list[Slot]] = {}
    for field, page in pages.items():
        is_narrow, step, start = _place_of(field)
        # What lies before is most of a page where the last minutes are asked for.
        first = max(0, int((since - start) // step))
        read = _narrow if is_narrow else _wide
        found.setdefault(step, []).extend(read(page, step, start, first))
    for slots in found.values():
        slots.sort(key=_start)
    return found


@lru_cache(4096)
def _place_of(field: bytes) -> tuple[bool, int, int]:
    """Return the form of a page, the seconds of its slots, and when it begins."""
    match = _FIELD.fullmatch(field)
    if match is None:
        raise ValueError(f"{field!r} is no page")
    return match[2] == b"n", int(match[1]), int(match[3])


def _start(slot: Slot) -> float:
    return slot.start


def _narrow(page: bytes, step: int, start: int, first: int) -> list[Slot]:
    numbers, bits = _doubles(max(0, len(page) // 8 - first))
    if len(page) % 8:
        raise ValueError(f"a page of {len(page)} bytes")
    offset = min(8 * first, len(page))
    # Minus zero is a number, and nothing has no bits at all.
    return [
        _new(Slot, (start + index * step, plain, plain, plain, plain, 1, step))
        for index, (value, some) in enumerate(
            zip(numbers.unpack_from(page, offset), bits.unpack_from(page, offset), strict=True),
            first,
        )
        if some
        for plain in (value + 0.0,)
    ]


@lru_cache(256)
def _doubles(number: int) -> tuple[struct.Struct, struct.Struct]:
    """Return how so many numbers are read: as numbers, and as their bits."""
    return struct.Struct(f"<{number}d"), struct.Struct(f"<{number}q")


def _wide(page: bytes, step: int, start: int, first: int) -> list[Slot]:
    return [
        _new(Slot, (start + index * step, low, mean, high, last, number, step))
        for index, (low, mean, high, last, number) in enumerate(
            _WIDE.iter_unpack(memoryview(page)[18 * first :]), first
        )
        if number
    ]
