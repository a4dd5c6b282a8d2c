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
from collections.abc import Iterable, Mapping, Sequence
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
_NARROW = struct.Struct("<d")
_NOTHING = bytes(8)


@lru_cache(64)
def fields_between(ring: str, since: float, until: float) -> Sequence[str]:
    """Return the pages of a ring in which points between two moments may be."""
    found = []
    for form, slots, steps in (("n", NARROW_SLOTS, NARROW_STEPS), ("w", WIDE_SLOTS, WIDE_STEPS)):
        for step in steps.get(ring, (3600,)):
            span = step * slots[ring]
            first = int(since // span) * span
            found += [f"{step}{form}{start}" for start in range(first, int(until) + 1, span)]
    return found


def slots_in(pages: Mapping[bytes, bytes], since: float) -> dict[int, list[Slot]]:
    """Return the slots in pages from `since` on, by their seconds, in the order of time.

    Raises ValueError for what is no page of ours.
    """
    found: dict[int, list[Slot]] = {}
    for field, page in pages.items():
        match = _FIELD.fullmatch(field)
        if match is None:
            raise ValueError(f"{field!r} is no page")
        step, start = int(match[1]), int(match[3])
        read = _narrow if match[2] == b"n" else _wide
        found.setdefault(step, []).extend(
            slot for slot in read(page, step, start) if slot.start + step > since
        )
    for slots in found.values():
        slots.sort(key=_start)
    return found


def _start(slot: Slot) -> float:
    return slot.start


def _narrow(page: bytes, step: int, start: int) -> Iterable[Slot]:
    for index, (value,) in enumerate(_NARROW.iter_unpack(page)):
        if page[index * 8 : index * 8 + 8] != _NOTHING:
            plain = value + 0.0
            yield Slot(start + index * step, plain, plain, plain, plain, 1, step)


def _wide(page: bytes, step: int, start: int) -> Iterable[Slot]:
    for index, (low, mean, high, last, number) in enumerate(_WIDE.iter_unpack(page)):
        if number:
            yield Slot(start + index * step, low, mean, high, last, number, step)
