"""Which machines to look at one by one: those asked for by name, or those that may not be well."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.judge import MachineJudge
from blinkenlights.kinds.machine.limits import IDLE_AFTER
from blinkenlights.kinds.machine.read import SeenMachine
from blinkenlights.kinds.machine.selection import MachineSelection
from blinkenlights.kinds.machine.shortages import PoolCount
from blinkenlights.plugin.hearing import was_deaf
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader


class Candidates(NamedTuple):
    """What the sorted sets of last-seen times give."""

    counts: dict[str, PoolCount]
    listed: list[SeenMachine]
    """Those asked for, or only those that may not be well."""
    unlisted: Mapping[str, int]
    """How many more may be in a state than those listed, by the word for it."""
    oldest: SeenMachine | None


def asked_for(store: StoreReader, pools: Sequence[str], selection: MachineSelection) -> Candidates:
    """Return those of the pools that are asked for, well or not; raises a StoreError."""
    members = machines.matching(store, pools, selection.patterns)
    members = [one for one in members if selection.includes(one.machine)]
    totals: dict[str, int] = {} if selection.is_of_machines else dict.fromkeys(pools, 0)
    for one in members:
        totals[one.pool] = totals.get(one.pool, 0) + 1
    counts = {pool: PoolCount(total) for pool, total in totals.items()}
    return Candidates(counts, members, {}, members[0] if members else None)


def outside_limits(
    store: StoreReader, pools: Sequence[str], judge: MachineJudge, selection: MachineSelection
) -> Candidates:
    """Return those of the pools that may not be well; raises a StoreError.

    The cost follows how many these are. All limits must be spans of time; see
    `MachineLimits.are_spans`.
    """
    judged_at, limits = judge.horizon.judged_at, judge.limits
    spans = limits.before(judged_at, critical=False)
    demanded = [pool for pool in pools if limits.patience(pool) is not None]
    free = [pool for pool in pools if limits.patience(pool) is None]
    most = sets.MOST_LISTED if selection.by_name else 0
    outside = machines.unseen_since(store, demanded, spans)
    idle = machines.unseen_since(store, free, lambda _: judged_at - IDLE_AFTER, most)
    unlisted = Counter(idle=sum(one.outside - len(one.listed) for one in idle))
    dead_unlisted: dict[str, int] = {}
    crowded = {one.pool: one for one in outside if one.outside > len(one.listed)}
    critical = limits.before(judged_at, critical=True)
    for dead in machines.unseen_since(store, list(crowded), critical, 0):
        pool, listed = crowded[dead.pool], crowded[dead.pool].listed
        moment = critical(dead.pool)
        silent = dead.outside - sum(moment is not None and one.seen < moment for one in listed)
        late = pool.outside - len(listed) - silent
        patience = limits.patience(dead.pool) or 0.0
        # It is hours as a rule, against which a source that lags does not matter.
        if was_deaf(judge.horizon, patience, patience):
            unlisted["unheard"] += silent + late
        else:
            dead_unlisted[dead.pool] = silent if moment is not None else late
            unlisted.update(silent=silent, late=late)
    surveys = [*outside, *idle]
    firsts = [one.oldest for one in surveys if one.oldest]
    return Candidates(
        {one.pool: PoolCount(one.total, dead_unlisted.get(one.pool, 0)) for one in surveys},
        [
            *(seen for one in surveys for seen in one.listed),
            *machines.seen_after(store, pools, judge.latest),
        ],
        unlisted,
        min(firsts, key=lambda one: one.seen, default=None),
    )
