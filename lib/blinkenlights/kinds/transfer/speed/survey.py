"""Which clients or sources are at zero, too slow, or fail too often, at the horizon."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import is_glob
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.limits import FlowLimit
from blinkenlights.kinds.transfer.rates import Rate, rates
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.kinds.transfer.speed.numbers import (
    Outside,
    Thresholds,
    outside_given,
    outside_own,
)
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader

WINDOW = 300.0
"""Seconds without a good transfer after which a flow is at zero, where nobody says otherwise."""


class Question(NamedTuple):
    """Which flows are asked about, over what time, and what is demanded of them."""

    scope: str
    names: Sequence[str]
    """Names or globs; empty for all."""
    window: float
    """Seconds. One without a good transfer for longer is at zero, unless it has a deadline."""
    thresholds: Thresholds
    is_published: bool = False
    """Whether speedos of others are asked about, in place of what is counted here."""


class Behind(NamedTuple):
    """A flow whose reports come just now with older times."""

    name: str
    lag: float
    """Seconds between its newest transfer and the report that came last."""


class Idle(NamedTuple):
    """A flow without a good transfer for longer than it may be."""

    name: str
    silence: float | None
    """Seconds up to the horizon; None for one that never had any."""
    last_good: float
    """0 when it never had one."""
    declared: float
    """When it was declared, where it never had one; 0 when nobody did."""
    deadline: float | None
    """Its own limit in seconds; None when that is the window."""
    deafness: str
    """Why it may not have been heard, in words; empty when it is at zero."""


class Speeds(NamedTuple):
    """What was found of the flows that were asked about."""

    total: int
    at_zero: list[Idle]
    """Longest first, at most `sets.MOST_LISTED`."""
    unheard: list[Idle]
    """Without a good transfer that we heard, in a time in which we could not hear."""
    behind: list[Behind]
    """Would be at zero, if their reports did not come just now with older times."""
    unlisted: tuple[int, int]
    """How many more are at zero, and unheard, than those listed."""
    missing: list[str]
    """Asked for by name, and unknown to the store."""
    ahead: list[Flow]
    """With a transfer further ahead of our clock than can be: nobody knows when it was."""
    outside: list[Outside]
    everything: Rate
    """Of all transfers, whichever flows were asked about."""
    unmeasured: int
    """How many have limits of their numbers, and no number: no whole minute is counted yet."""
    stale: Sequence[Idle] = ()
    """Of whom no speedo was published lately, though we heard; `silence` is since the last one."""


def survey(
    store: StoreReader, asked: Question, limits: Sequence[FlowLimit], horizon: Horizon
) -> Speeds:
    """Return the flows as they were at the horizon; raises a StoreError.

    Without names and thresholds the cost follows how many are at zero or have limits of their own,
    not how many there are.
    """
    scope, names = asked.scope, asked.names
    latest = horizon.now + CLOCK_TOLERANCE
    moment = horizon.stored_up_to - asked.window
    chosen = transfers.matching(store, scope, names)
    known = {flow.name for flow in chosen}
    missing = [name for name in names if not is_glob(name) and name not in known]
    everything = rates(store, "all", ["all"], asked.window, horizon)["all"]
    own = flows.limited(store, scope, limits)
    if names:
        own = {name: limit for name, limit in own.items() if name in known}
        ahead = [flow for flow in chosen if flow.last_good > latest]
        total, idle = len(chosen), [flow for flow in chosen if flow.last_good < moment]
        number = len(idle)
    else:
        ahead = transfers.good_after(store, scope, latest, sets.MOST_LISTED)
        total, number, idle = transfers.idle_since(store, scope, moment)
    if horizon.blind:
        return Speeds(total, [], [], [], (0, 0), missing, [], [], everything, 0)
    at_zero, unheard, behind = _idle(store, asked, idle, own, horizon)
    more = number - len(idle)
    deaf = flows.was_deaf(horizon, asked.window)
    judged = list(own)
    if asked.thresholds.are_given:
        judged = [flow.name for flow in transfers.matching(store, scope, names or ["*"])]
    measured = rates(store, scope, judged, asked.window, horizon)
    # Of who is behind it is not known yet how many transfers these minutes had.
    still = {one.name for one in at_zero} | {one.name for one in behind}
    outside: list[Outside] = []
    for name, rate in sorted(measured.items()):
        outside += outside_given(name, rate, asked.thresholds, deaf=deaf)
        if name in own and name not in still:
            outside += outside_own(name, rate, own[name], deaf=deaf)
    unlisted = (0, more) if deaf else (more, 0)
    limited = judged if asked.thresholds.are_given else [n for n in own if own[n].is_of_numbers]
    unmeasured = 0 if everything.minutes else len(limited)
    return Speeds(
        total, at_zero, unheard, behind, unlisted, missing, ahead, outside, everything, unmeasured
    )


def _idle(
    store: StoreReader,
    asked: Question,
    idle: Sequence[Flow],
    own: Mapping[str, FlowLimit],
    horizon: Horizon,
) -> tuple[list[Idle], list[Idle], list[Behind]]:
    """Return who is at zero, unheard, and behind, by their own deadlines or else by the window."""
    deadlines = {n: limit.deadline for n, limit in own.items() if limit.deadline is not None}
    late = [flow for flow in idle if flow.name not in deadlines]
    late += [
        flow
        for flow in transfers.matching(store, asked.scope, list(deadlines))
        if horizon.stored_up_to - flow.last_good > deadlines[flow.name]
    ]
    never = [flow.name for flow in late if not flow.last_good]
    declared = transfers.declared_at(store, asked.scope, never)
    at_zero: list[Idle] = []
    unheard: list[Idle] = []
    behind: list[Behind] = []
    for flow in sorted(late, key=lambda flow: flows.moved(horizon, flow)):
        limit = deadlines.get(flow.name, asked.window)
        lag = flows.lag(horizon, flow, limit)
        if lag:
            behind.append(Behind(flow.name, lag))
            continue
        moved = flows.moved(horizon, flow)
        is_heard = flows.silence(horizon, flow, limit) > limit
        one = Idle(
            flow.name,
            horizon.stored_up_to - moved if moved else None,
            flow.last_good,
            declared.get(flow.name, 0.0),
            deadlines.get(flow.name),
            "" if is_heard else flows.deafness(horizon, flow, limit),
        )
        (at_zero if is_heard else unheard).append(one)
    return at_zero, unheard, behind
