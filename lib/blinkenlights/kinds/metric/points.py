"""The points of a series as data, for other programs."""

from collections.abc import Sequence
from math import isfinite

from blinkenlights.kinds.metric.read import standing_of
from blinkenlights.kinds.metric.window import DAY, HOUR, Window, slots_of
from blinkenlights.kinds.rows import Point
from blinkenlights.store.reader import StoreReader

_SECONDS = {"hour": HOUR, "day": DAY, "month": 30 * DAY}


def points_of(store: StoreReader, series: str, span: str, now: float) -> Sequence[Point] | None:
    """Return what came of a series in the last hour, day or month, oldest first.

    None where nothing ever came of it. Raises a StoreError.
    """
    facts = standing_of(store, [series]).facts.get(series)
    if facts is None:
        return None
    slots = slots_of(store, {series: facts}, Window(now - _SECONDS[span], now))[series]
    return [
        Point(
            slot.start,
            slot.step,
            _known(slot.low),
            _known(slot.mean),
            _known(slot.high),
            _known(slot.last),
            slot.number,
        )
        for slot in slots
        if slot.number
    ]


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
