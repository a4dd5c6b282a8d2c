"""Clients and sources judged: who is at zero, and how fast the others are, at the horizon."""

import json
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import plain
from blinkenlights.store import layout, transfers
from blinkenlights.store.heartbeats import matcher
from blinkenlights.store.layout import Slot
from blinkenlights.store.reader import Reply, StoreReader
from blinkenlights.store.transfers import Flow

WINDOW = 300.0
"""Seconds within which every flow has a good transfer, unless somebody says otherwise."""


class FlowLimit(NamedTuple):
    """Limits that the configuration gives to clients or sources. None where it gives none."""

    scope: str
    glob: str
    deadline: float | None
    """Seconds within which a good transfer must come."""
    min_rate: float | None
    """Least transfers a minute."""
    max_errors: float | None
    """Greatest share of bad ones, in percent."""


class Rate(NamedTuple):
    """What went through in a number of whole minutes."""

    minutes: int
    """0 while the store has not counted a whole one yet; then no rate is known."""
    good: int
    bad: int
    size: int
    """Bytes, good and bad."""

    @property
    def per_minute(self) -> float | None:
        """Transfers a minute, good and bad."""
        return (self.good + self.bad) / self.minutes if self.minutes else None

    @property
    def errors(self) -> float | None:
        """Share of bad ones in percent; None when there were none at all."""
        total = self.good + self.bad
        return 100 * self.bad / total if total else None

    @property
    def bytes_per_minute(self) -> float | None:
        """Bytes a minute, good and bad."""
        return self.size / self.minutes if self.minutes else None


class Measured(NamedTuple):
    """What was found of the flows that were asked about."""

    zero: "Zero"
    declared: Mapping[str, float]
    """When those at zero who never had a good one were declared, seconds since the epoch."""
    rates: Mapping[str, Rate]
    """Of the flows that have limits, the configuration's or the command line's."""
    own: Mapping[str, FlowLimit]
    """Limits that the configuration gives to flows."""
    total: Rate
    """Of everything."""


class Zero(NamedTuple):
    """Flows without a good transfer in the window."""

    total: int
    """Flows asked about."""
    at_zero: list[Flow]
    """Longest first, at most `transfers.MOST_LISTED`."""
    unheard: list[Flow]
    """Without one that we heard, in a time in which we could not hear."""
    unlisted: int
    """How many more there are than those listed."""


def read_limits(text: Reply) -> list[FlowLimit]:
    """Return the limits that the collectors put into the store; raises StoreAnswer."""
    if text is None:
        return []
    try:
        return [
            FlowLimit(
                "client" if one["client"] else "source",
                one["client"] or one["source"],
                one["deadline"],
                one["min_rate"],
                one["max_errors"],
            )
            for one in json.loads(text)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreAnswer(
            f"{layout.LIMITS} cannot be read ({error!r}); are collector and checks of one version?"
        ) from error


def limit_of(limits: Iterable[FlowLimit], scope: str, name: str) -> FlowLimit | None:
    """Return the first limit for a flow, in the order of the configuration."""
    for limit in limits:
        if limit.scope == scope and matcher([limit.glob])(name):
            return limit
    return None


def silence(horizon: Horizon, flow: Flow, grace: float) -> float:
    """Return for how many seconds a flow had no good transfer while all sources could be heard.

    Which of several sources a flow comes by is not known, so the deafest one counts.
    """
    return min(
        [horizon.silence(flow.last_good, grace, source) for source in horizon.sources] or [0.0]
    )


def deafness(horizon: Horizon, flow: Flow, grace: float) -> str:
    """Return in words why a flow may not have been heard, by the source that was deaf longest."""
    deafest = min(
        horizon.sources, key=lambda source: horizon.silence(flow.last_good, grace, source)
    )
    return horizon.deafness(deafest, flow.last_good)


def was_deaf(horizon: Horizon, window: float) -> bool:
    """Return whether a flow may look silent for `window` seconds because we could not hear it."""
    ends = [gap.end for gaps in horizon.gaps.values() for gap in gaps]
    return max(ends, default=0.0) > horizon.stored_up_to - 2 * window or not all(
        source.connected for source in horizon.sources.values()
    )


def at_zero(
    store: StoreReader, scope: str, names: Sequence[str], window: float, horizon: Horizon
) -> Zero:
    """Return the flows without a good transfer in the `window` seconds before the horizon.

    Without names the cost follows how many are at zero, not how many there are.
    """
    moment = horizon.stored_up_to - window
    if names:
        asked = transfers.matching(store, scope, names)
        listed = [flow for flow in asked if flow.last_good < moment]
        total, unlisted = len(asked), 0
    else:
        idle = transfers.idle_since(store, scope, moment)
        total, listed, unlisted = idle.total, idle.listed, idle.idle - len(idle.listed)
    return Zero(total, *parted(listed, window, horizon), unlisted)


def parted(idle: Sequence[Flow], window: float, horizon: Horizon) -> tuple[list[Flow], list[Flow]]:
    """Return which flows that were idle for a window are at zero, and which were not heard."""
    if not was_deaf(horizon, window):
        return list(idle), []
    heard = {flow.name for flow in idle if silence(horizon, flow, window) > window}
    return (
        [flow for flow in idle if flow.name in heard],
        [flow for flow in idle if flow.name not in heard],
    )


def rates(
    store: StoreReader, scope: str, names: Sequence[str], window: float, horizon: Horizon
) -> dict[str, Rate]:
    """Return the rate of each flow over the last whole minutes of the window.

    Minutes before the store was new are left out: what was then, nobody counted.
    """
    last = int(horizon.stored_up_to // 60) - 1
    first = last - max(1, round(window / 60)) + 1
    if horizon.born is not None:
        first = max(first, ceil(horizon.born / 60))
    if first > last:
        return dict.fromkeys(names, Rate(0, 0, 0, 0))
    history = transfers.minutes_of(store, scope, names, first, last)
    return {name: _rate(slots) for name, slots in history.items()}


def _rate(slots: Sequence[Slot]) -> Rate:
    return Rate(
        len(slots),
        sum(slot.good for slot in slots),
        sum(slot.bad for slot in slots),
        sum(slot.good_bytes + slot.bad_bytes for slot in slots),
    )


def breaches(rate: Rate, own: FlowLimit) -> list[str]:
    """Return in words which limits of the configuration the rate of a flow breaks."""
    broken = []
    per_minute = rate.per_minute
    if own.min_rate is not None and per_minute is not None and per_minute < own.min_rate:
        broken.append(f"{plain(round(per_minute, 2))}/min, minimum {plain(own.min_rate)}")
    errors = rate.errors
    if own.max_errors is not None and errors is not None and errors > own.max_errors:
        broken.append(f"{plain(round(errors, 1))}% bad, at most {plain(own.max_errors)}")
    return broken


def limited(store: StoreReader, scope: str, limits: Sequence[FlowLimit]) -> Mapping[str, FlowLimit]:
    """Return the limit of each flow for which the configuration has one."""
    mine = [limit for limit in limits if limit.scope == scope]
    if not mine:
        return {}
    known = transfers.matching(store, scope, [limit.glob for limit in mine])
    found = {flow.name: limit_of(mine, scope, flow.name) for flow in known}
    return {name: limit for name, limit in found.items() if limit is not None}
