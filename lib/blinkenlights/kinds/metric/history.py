"""Since when the number of a series has been what it is."""

from collections.abc import Sequence

from blinkenlights.kinds.metric.keys import Slot
from blinkenlights.kinds.metric.limits import Limits
from blinkenlights.kinds.metric.survey import Found, Series
from blinkenlights.kinds.metric.window import HOUR, Window, slots_of
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader

MOST_TOLD = 20
"""Series of which it is found out; line 1 names three."""


def with_beginnings(store: StoreReader, found: Found, horizon: Horizon, limits: Limits) -> Found:
    """Return what was found, with when numbers began to be outside their limits.

    It is looked for in the last hour. Raises a StoreError.
    """
    bad = [one for one in found.series if limits.is_left_by(one.value)][:MOST_TOLD]
    window = Window(horizon.judged_at - HOUR, horizon.judged_at)
    slots = slots_of(store, {one.name: one.facts for one in bad}, window)
    return found._replace(
        series=[
            _dated(one, slots[one.name], limits) if one.name in slots else one
            for one in found.series
        ]
    )


def _dated(one: Series, slots: Sequence[Slot], limits: Limits) -> Series:
    since = 0.0
    for slot in reversed(slots):
        if not limits.is_left_by(slot.last):
            break
        since = max(slot.start, one.facts.first)
    is_all = bool(slots) and since == slots[0].start > one.facts.first
    return one._replace(since=since, is_since_earlier=is_all)
