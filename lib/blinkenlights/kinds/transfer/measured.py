"""The numbers of clients and sources at one moment, for rules."""

from collections.abc import Mapping, Sequence
from typing import Literal

from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.transfer.rates import rates
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.words import span


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
