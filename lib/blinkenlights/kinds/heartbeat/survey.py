"""A survey of the components asked for: who is overdue, awaited, missing, in trouble or short."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import is_glob
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.health import Reading, Trouble, reading, troubles
from blinkenlights.kinds.heartbeat.heard import doubtful_of, doubtful_of_all, heard_of
from blinkenlights.kinds.heartbeat.lateness import SILENT_AFTER, Limits, Overdue, overdue
from blinkenlights.kinds.heartbeat.read import Census, Seen
from blinkenlights.kinds.heartbeat.selection import Selection
from blinkenlights.kinds.heartbeat.shortages import Shortage, shortages_of
from blinkenlights.plugin.hearing import possible_sources, silence, was_deaf
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, Warn
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader

MOST_LAG = 5.0
"""Seconds by which sources may differ in how far they are stored without anybody seeming late."""


class Fleet(NamedTuple):
    """What was found. Lists are worst first."""

    total: int
    silent: list[Overdue]
    late: list[Overdue]
    unheard: list[Overdue]
    unlisted: tuple[int, int, int]
    """Silent, late and unheard ones beyond those listed."""
    ahead: list[Seen]
    """Seen further ahead of our clock than can be: nobody knows whether they live."""
    awaited: list[Overdue]
    """Declared, never seen, and overdue."""
    pending: list[str]
    """Declared, never seen, and not overdue yet."""
    missing: list[str]
    """Asked for by name, and unknown to the store."""
    trouble: list[Trouble]
    shortages: list[Shortage]
    values: dict[str, Reading]
    """The number asked for by `Selection.value`."""
    oldest: Seen | None
    skewed: dict[str, float]
    """Components with a wrong clock -> seconds ahead of ours."""
    on_time: list[Seen]
    """Those that are alive, where they were looked at one by one."""
    retired: list[str]
    """Asked for by name, and retired."""
    horizon: Horizon
    """What could be heard of them."""
    doubtful: int
    """How many were in time when their source was heard last, and may be dead since."""

    @property
    def alive(self) -> int:
        """How many are neither late nor silent, and could be heard."""
        listed = len(self.silent) + len(self.late) + len(self.unheard) + len(self.ahead)
        left = listed + sum(self.unlisted) + len(self.awaited) + len(self.pending)
        return self.total - left - self.doubtful


def survey(
    store: StoreReader, census: Census, horizon: Horizon, limits: Limits, selection: Selection
) -> Fleet:
    """Return the fleet as it was at the horizon; raises a StoreError."""
    facts: dict[str, keys.Facts] = {}
    missing: list[str] = []
    retired: set[str] = set()
    unlisted = (0, 0, 0)
    latest = horizon.now + CLOCK_TOLERANCE
    awaited = {name: at for name, at in census.awaited.items() if selection.includes(name)}
    if selection.is_everything:
        spans = limits.spans(horizon.judged_at, latest)
        found = heartbeats.flagged(store, census.intervals, spans, latest)
        members, total, oldest = found.listed, found.total, found.oldest
        ahead = found.ahead
        unlisted = _unlisted(found, limits, horizon)
        awaited_total = census.awaited_total
    else:
        members, retired = heartbeats.matching(
            store, census.intervals, selection.names, selection.exclude
        )
        if selection.uuids or selection.minimum or selection.value:
            facts = heartbeats.facts_of(store, [seen.component for seen in members])
        known = {seen.component for seen in members} | awaited.keys() | retired
        missing = [n for n in selection.names if not is_glob(n) and n not in known]
        if selection.uuids:
            members, facts, unknown = _instances(members, facts, selection.uuids)
            missing += unknown
        total, awaited_total = len(members), len(awaited)
        ahead = [seen for seen in members if seen.seen > latest]
        members = [seen for seen in members if seen.seen <= latest]
        oldest = next((seen for seen in members if seen.interval), None)

    def sources_of(names: Sequence[str]) -> dict[str, str]:
        known = facts | heartbeats.facts_of(store, [name for name in names if name not in facts])
        return {name: known[name].source for name in names if name in known}

    late = overdue(members, limits, horizon, sources_of)
    if selection.minimum:
        minima = dict.fromkeys(facts, selection.minimum)
    else:
        minima = {n: least for n, least in census.minimum.items() if selection.includes(n)}
        facts = {**facts, **heartbeats.facts_of(store, [n for n in minima if n not in facts])}
    never, pending = never_seen(awaited, limits, horizon)
    others = {one.component for one in late} | {seen.component for seen in ahead}
    on_time = [seen for seen in members if seen.component not in others]
    if selection.is_everything:
        number = total - len(others) - sum(unlisted)
        doubtful = doubtful_of_all(store, census.intervals, horizon, others, number)
    else:
        doubtful = doubtful_of(store, horizon, [seen.component for seen in on_time], facts)
    by_name = bool(selection.names or selection.uuids)
    asked_for = [*(seen.component for seen in [*members, *ahead]), *retired] if by_name else []
    heard = heard_of(store, horizon, [] if awaited or missing else asked_for, facts)
    if asked_for and not (awaited or missing or any(map(is_glob, selection.names))):
        # A new store has heard all of these.
        heard = heard._replace(born=None)
    return Fleet(
        total=total + awaited_total,
        silent=[one for one in late if one.state is Critical],
        late=[one for one in late if one.state is Warn],
        unheard=[one for one in late if one.state is Ok],
        unlisted=unlisted,
        ahead=ahead,
        awaited=never,
        pending=pending,
        missing=missing,
        trouble=troubles(store, [name for name in census.trouble if selection.includes(name)]),
        shortages=shortages_of(minima, facts, horizon, limits),
        values={
            seen.component: reading(facts, seen, selection.value) for seen in [*members, *ahead]
        }
        if selection.value
        else {},
        oldest=oldest,
        skewed={name: by for name, by in census.skewed.items() if selection.includes(name)},
        on_time=on_time if not selection.is_everything else [],
        retired=sorted(retired),
        horizon=heard,
        doubtful=doubtful,
    )


def _unlisted(found: heartbeats.Flagged, limits: Limits, horizon: Horizon) -> tuple[int, int, int]:
    """Return how many beyond the listed ones are silent, late and unheard."""
    if len(found.listed) < sets.MOST_LISTED:
        return 0, 0, 0
    states = [limits.state(horizon.judged_at - one.seen, one.interval) for one in found.listed]
    silent = max(0, found.silent - states.count(Critical))
    late = max(0, found.late - found.silent - states.count(Warn))
    interval = horizon.interval
    deaf = was_deaf(horizon, SILENT_AFTER * interval, interval, most_lag=MOST_LAG)
    return (0, 0, silent + late) if deaf else (silent, late, 0)


def _instances(
    members: Sequence[Seen], facts: Mapping[str, keys.Facts], uuids: Sequence[str]
) -> tuple[list[Seen], dict[str, keys.Facts], list[str]]:
    """Return the instances asked for and their facts, in place of their components'.

    They are called by component and instance. Third, the instances that nobody knows.
    """
    found: list[Seen] = []
    their_facts: dict[str, keys.Facts] = {}
    unknown = dict.fromkeys(uuids)
    for seen in members:
        for instance in facts[seen.component].instances:
            if instance.name in uuids:
                name = f"{seen.component} {instance.name}"
                found.append(Seen(name, instance.last, seen.interval))
                their_facts[name] = facts[seen.component]
                unknown.pop(instance.name, None)
    return sorted(found, key=lambda seen: seen.seen), their_facts, list(unknown)


def never_seen(
    awaited: Mapping[str, float], limits: Limits, horizon: Horizon
) -> tuple[list[Overdue], list[str]]:
    """Return those that were declared too long ago to be still on their way, and the others."""
    never, pending = [], []
    for name, declared in awaited.items():
        interval = horizon.interval
        sources = possible_sources(horizon, "")
        if silence(horizon, declared, interval, sources) > limits.patience(interval):
            never.append(Overdue(name, Critical, horizon.as_of - declared, declared, interval))
        else:
            pending.append(name)
    return sorted(never, key=lambda one: one.seen), pending
