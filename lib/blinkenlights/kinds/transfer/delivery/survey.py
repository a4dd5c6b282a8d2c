"""Which clients or sources had no good transfer for too long, and by which rule."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import is_glob
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.habit import PATIENCE
from blinkenlights.kinds.transfer.limits import FlowLimit
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Warn
from blinkenlights.plugin.words import span
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader

NEVER = 1.0
"""The last good transfer of who never had one was before this moment, at 0."""


class Question(NamedTuple):
    """Which flows are asked about, and how long they may be without a good transfer."""

    scope: str
    names: Sequence[str]
    """Names or globs; empty for all."""
    warning: float | None
    """Seconds; None for no warning."""
    critical: float | None
    """Seconds; None for each flow's own deadline or habit."""


class Rule(NamedTuple):
    """For how long a flow may be without a good transfer."""

    state: ServiceState
    """What it is when it is longer."""
    seconds: float
    words: str


class Overdue(NamedTuple):
    """A flow without a good transfer for longer than one of its rules allows."""

    name: str
    state: ServiceState
    """Critical for late, Warn for waiting, Ok for unheard: one may have come while nobody heard."""
    silence: float
    """Seconds in which we could hear; of one unheard, all seconds."""
    rule: str
    """What it broke, in words."""
    last_good: float
    """0 when it never had one."""
    declared: float
    """When it was declared, where it never had one; 0 when nobody did."""
    deafness: str
    """Why one unheard may not have been heard, in words."""


class Behind(NamedTuple):
    """A flow that would be overdue, if its reports did not come just now with older times."""

    name: str
    lag: float
    """Seconds between its newest transfer and the report that came last."""


class Punctuality(NamedTuple):
    """What was found of the flows that were asked about."""

    total: int
    overdue: list[Overdue]
    """Longest first."""
    behind: list[Behind]
    """The worst first."""
    unlisted: Mapping[ServiceState, int]
    """How many more there are than those listed."""
    missing: list[str]
    """Asked for by name, and unknown to the store."""
    ahead: list[Flow]
    """With a transfer further ahead of our clock than can be: nobody knows when it was."""
    never: int
    """How many never had a good transfer."""
    ruleless: int
    """How many of these have no deadline either, so that nothing can be demanded of them."""
    longest: Flow | None
    """Whose last good transfer is longest ago; None when none ever had one."""


def survey(
    store: StoreReader, asked: Question, limits: Sequence[FlowLimit], horizon: Horizon
) -> Punctuality:
    """Return the flows as they were at the horizon; raises a StoreError.

    Without names the cost follows how many are overdue or have a deadline, not how many there are.
    """
    scope, names = asked.scope, asked.names
    latest = horizon.now + CLOCK_TOLERANCE
    chosen = transfers.matching(store, scope, names)
    if names:
        total = len(chosen)
        never = sum(not flow.last_good for flow in chosen)
        ahead = [flow for flow in chosen if flow.last_good > latest]
        longest = next((flow for flow in chosen if 0 < flow.last_good <= latest), None)
    else:
        total, never, _ = transfers.idle_since(store, scope, NEVER)
        ahead = transfers.good_after(store, scope, latest, sets.MOST_LISTED)
        longest = next(iter(transfers.good_after(store, scope, 0.0, 1)), None)
    known = {flow.name for flow in chosen}
    missing = [name for name in names if not is_glob(name) and name not in known]
    unlisted = dict.fromkeys((Critical, Warn, Ok), 0)
    if horizon.blind:
        return Punctuality(total, [], [], unlisted, missing, [], never, 0, longest)
    rules: dict[str, list[Rule]] = {}
    found: dict[str, Flow] = {}
    if asked.critical is None:
        for flow, rule in _own_rules(store, asked, limits, horizon):
            if not names or flow.name in known:
                found[flow.name] = flow
                rules[flow.name] = [rule]
    for state, seconds in ((Critical, asked.critical), (Warn, asked.warning)):
        if seconds is None:
            continue
        moment = horizon.stored_up_to - seconds
        if names:
            idle = [flow for flow in chosen if flow.last_good < moment]
        else:
            _, number, idle = transfers.idle_since(store, scope, moment)
            more = Ok if flows.was_deaf(horizon, seconds) else state
            unlisted[more] += max(0, number - len(idle) - sum(unlisted.values()))
        for flow in idle:
            found.setdefault(flow.name, flow)
            rule = Rule(state, seconds, f"limit {span(seconds)}")
            rules.setdefault(flow.name, []).append(rule)
    new = [name for name, flow in found.items() if not flow.last_good]
    declared = transfers.declared_at(store, scope, new)
    overdue = [
        judged(found[name], declared.get(name, 0.0), each, horizon) for name, each in rules.items()
    ]
    behind = [
        Behind(name, lag)
        for (name, each), one in zip(rules.items(), overdue, strict=True)
        if one is None and (lag := lag_of(found[name], each, horizon))
    ]
    return Punctuality(
        total,
        sorted((one for one in overdue if one is not None), key=lambda one: -one.silence),
        sorted(behind, key=lambda one: -one.lag),
        unlisted,
        missing,
        ahead,
        never,
        max(0, never - len(new)),
        longest if longest and longest.last_good <= latest else None,
    )


def _own_rules(
    store: StoreReader, asked: Question, limits: Sequence[FlowLimit], horizon: Horizon
) -> list[tuple[Flow, Rule]]:
    """Return those with a deadline, and those that may be late by their habit."""
    own = flows.limited(store, asked.scope, limits)
    deadlines = {n: limit.deadline for n, limit in own.items() if limit.deadline is not None}
    silent = transfers.overdue_since(store, asked.scope, horizon.stored_up_to)
    found = transfers.matching(store, asked.scope, [*deadlines, *silent])
    return own_rules(store, asked.scope, found, deadlines)


def own_rules(
    store: StoreReader, scope: str, found: Sequence[Flow], deadlines: Mapping[str, float]
) -> list[tuple[Flow, Rule]]:
    """Return the rule of each flow: its deadline, or else its habit."""
    habits = transfers.habits_of(store, scope, [flow.name for flow in found])
    rules = []
    for flow in found:
        seconds = deadlines.get(flow.name)
        if seconds is not None:
            words = f"deadline {span(seconds)}"
        else:
            habit = habits.get(flow.name)
            pause = habit and habit.usual_pause
            if not pause:
                continue
            seconds = float(PATIENCE * pause)
            words = f"limit {span(seconds)}, it pauses for up to {span(pause)}"
        rules.append((flow, Rule(Critical, seconds, words)))
    return rules


def judged(flow: Flow, declared: float, rules: Sequence[Rule], horizon: Horizon) -> Overdue | None:
    """Return by which rule a flow is overdue, the worst first; None when it is in time.

    One that never had a good transfer has its time from when it was declared.
    """
    awaited = flow._replace(last_good=flow.last_good or declared)
    since = horizon.stored_up_to - flows.moved(horizon, awaited)
    unheard = None
    for rule in rules:
        silence = flows.silence(horizon, awaited, rule.seconds)
        if silence > rule.seconds:
            return Overdue(flow.name, rule.state, silence, rule.words, flow.last_good, declared, "")
        if since > rule.seconds and unheard is None:
            why = flows.deafness(horizon, awaited, rule.seconds)
            unheard = Overdue(flow.name, Ok, since, rule.words, flow.last_good, declared, why)
    return unheard


def lag_of(flow: Flow, rules: Sequence[Rule], horizon: Horizon) -> float:
    """Return by how many seconds a flow that is in time reports late; 0 when it does not."""
    return max((flows.lag(horizon, flow, rule.seconds) for rule in rules), default=0.0)
