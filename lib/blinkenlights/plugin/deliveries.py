"""Which clients or sources had no good transfer for too long, each by its own limit."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.plugin import flows
from blinkenlights.plugin.flows import FlowLimit
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import span
from blinkenlights.store import transfers
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.transfers import Flow


class Late(NamedTuple):
    """A flow without a good transfer for too long."""

    name: str
    silence: float
    """Seconds in which we could hear."""
    rule: str
    """What it broke, in words."""
    is_new: bool
    """It never had one."""


def past(
    store: StoreReader, scope: str, names: Sequence[str], seconds: float, horizon: Horizon
) -> tuple[list[Late], int]:
    """Return the flows past one deadline for all, and how many flows there are."""
    zero = flows.at_zero(store, scope, names, seconds, horizon)
    rule = f"deadline {span(seconds)}"
    return [_late(flow, horizon, seconds, rule) for flow in zero.at_zero], zero.total


def by_own_rules(
    store: StoreReader,
    scope: str,
    names: Sequence[str],
    own: Mapping[str, FlowLimit],
    horizon: Horizon,
) -> tuple[list[Late], int]:
    """Return the flows late by their deadline or by their habit, and how many flows there are."""
    deadlines = {n: limit.deadline for n, limit in own.items() if limit.deadline is not None}
    silent = transfers.overdue_since(store, scope, horizon.stored_up_to)
    asked = transfers.matching(store, scope, [*deadlines, *silent])
    if names:
        chosen = {flow.name for flow in transfers.matching(store, scope, names)}
        asked = [flow for flow in asked if flow.name in chosen]
        total = len(chosen)
    else:
        total = transfers.idle_since(store, scope, 0.0).total
    return late_among(store, scope, asked, deadlines, horizon), total


def late_among(
    store: StoreReader,
    scope: str,
    asked: Sequence[Flow],
    deadlines: Mapping[str, float],
    horizon: Horizon,
) -> list[Late]:
    """Return those that are late of flows that have a deadline or are `overdue_since`."""
    recent = transfers.recent_of(store, scope, [flow.name for flow in asked])
    late = []
    for flow in asked:
        limit = deadlines.get(flow.name)
        if limit is not None:
            rule = f"deadline {span(limit)}"
        else:
            # Burrow's rule: silent for longer than the last ones took together.
            times = recent.get(flow.name) or [flow.last_good]
            limit = times[-1] - times[0]
            rule = f"its last {len(times)} came within {span(limit)}"
        one = _late(flow, horizon, limit, rule)
        if one.silence > limit:
            late.append(one)
    return late


def _late(flow: Flow, horizon: Horizon, limit: float, rule: str) -> Late:
    return Late(flow.name, flows.silence(horizon, flow, limit), rule, not flow.last_good)
