"""The numbers of clients and sources at one moment, for rules."""

from collections.abc import Mapping, Sequence
from typing import Literal

from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.rows import Point
from blinkenlights.kinds.transfer.rates import rates
from blinkenlights.kinds.transfer.read import minutes_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.words import span

MINUTES_KEPT = 24 * 60


def measured(
    scope: Literal["client", "source"], context: ViewContext, names: Sequence[str], window: float
) -> Mapping[str, Measured]:
    """Return how many good transfers some had over the last whole minutes of a window.

    `count` is their number, `rate` how many it is a minute. Neither is known where somebody did not
    listen all the time: what was counted is too little. Raises a StoreError.
    """
    if not window:
        return {name: Measured({}) for name in names}
    horizon = context.horizon("transfer")
    end = horizon.stored_up_to // 60 * 60
    if horizon.blind or not was_heard(horizon, end - max(60.0, window), end):
        return dict.fromkeys(names, Measured({}, f"not all of the last {span(window)} was heard"))
    found = {}
    for name, rate in rates(context.store, scope, names, window, horizon).items():
        known = rate.good_per_minute
        found[name] = Measured({} if known is None else {"count": rate.good, "rate": known})
    return found


def past(
    scope: Literal["client", "source"], context: ViewContext, name: str
) -> Sequence[Point] | None:
    """Return how many good transfers there were in each minute of the last day that was heard.

    Raises a StoreError.
    """
    horizon = context.horizon("transfer")
    last = int(horizon.stored_up_to // 60) - 1
    first = last - MINUTES_KEPT + 1
    slots = minutes_of(context.store, scope, [name], first, last)[name]
    return [
        Point(60.0 * minute, 60.0, None, None, None, None, int(slot.good))
        for minute, slot in zip(range(first, last + 1), slots, strict=True)
        if was_heard(horizon, 60.0 * minute, 60.0 * minute + 60)
    ]
