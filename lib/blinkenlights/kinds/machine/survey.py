"""A survey of the machines asked for: who is lost, silent, failing, late or short of company."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.globs import is_glob
from blinkenlights.kinds.machine import candidates
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.candidates import Candidates
from blinkenlights.kinds.machine.heard import doubtful_of, heard_of
from blinkenlights.kinds.machine.judge import Judged, MachineJudge
from blinkenlights.kinds.machine.limits import MachineLimits
from blinkenlights.kinds.machine.read import MachineCensus, SeenMachine
from blinkenlights.kinds.machine.selection import MachineSelection
from blinkenlights.kinds.machine.shortages import PoolCount, PoolShortage, shortages_of
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok
from blinkenlights.store.reader import StoreReader

_FEW = 100
WELL = ("alive", "idle")


class Machines(NamedTuple):
    """What was found."""

    total: int
    judged: dict[str, list[Judged]]
    """By their words, worst first; see `Judged.word`. Those alive only where looked at."""
    unlisted: Mapping[str, int]
    """How many more there are in a state than those listed."""
    missing: list[str]
    """Asked for by name, and unknown to the store; pools as well."""
    shortages: list[PoolShortage]
    oldest: SeenMachine | None
    unjudged: list[str]
    """Pools of whose machines silence says nothing, because nobody demands anything."""
    is_unjudged: bool
    """Whether these are all pools that were asked for, and there are some."""
    horizon: Horizon
    """What could be heard of them."""
    doubtful: int
    """How many of those that look well, or idle, may be dead since their source was heard last."""

    def of(self, *words: str) -> list[Judged]:
        """Return those that are in one of some states."""
        return [one for word in words for one in self.judged.get(word, ())]

    def number(self, *words: str) -> int:
        """Return how many are in one of some states."""
        return len(self.of(*words)) + sum(self.unlisted.get(word, 0) for word in words)

    @property
    def alive(self) -> int:
        """How many are well, as far as is known."""
        beside = ("alive", "retired", "removed")
        words = (self.judged.keys() | self.unlisted.keys()) - set(beside)
        return max(0, self.total - self.number(*words))


def survey(
    store: StoreReader,
    census: MachineCensus,
    horizon: Horizon,
    limits: MachineLimits,
    selection: MachineSelection,
) -> Machines:
    """Return the machines as they were at the horizon; raises a StoreError.

    Unless machines are asked for by name, the cost follows how many are not well.
    """
    judge = MachineJudge(horizon, limits, census)
    pools = [pool for pool in census.pools if selection.has_pool(pool)]
    if selection.is_of_machines or not limits.are_spans(pools):
        looked = candidates.asked_for(store, pools, selection)
    else:
        looked = candidates.outside_limits(store, pools, judge, selection)
    judged = _judge(store, judge, selection, pools, looked)
    awaited = {
        name: declared
        for name, declared in census.awaited.items()
        if selection.has_pool("") and selection.includes(name)
    }
    known = {one.machine for one in judged} | {one.machine for one in looked.listed}
    never_seen = [judge.expected(*each) for each in awaited.items() if each[0] not in known]
    never_listed = sum(not one.seen for one in judged)
    apart = _apart(store, selection, known | awaited.keys())
    by_word: dict[str, list[Judged]] = {}
    for one in [*judged, *never_seen, *apart]:
        by_word.setdefault(one.word, []).append(one)
    for ones in by_word.values():
        ones.sort(key=_worst_first)
    missing = selection.unknown([*known, *awaited, *[one.machine for one in apart]])
    full = [pool for pool, each in looked.counts.items() if each.total]
    unjudged = [pool for pool in full if limits.patience(pool) is None]
    is_certain = selection.is_of_machines and not (awaited or missing)
    missing += [f"pool {n}" for n in selection.pools if not is_glob(n) and n not in census.pools]
    found = Machines(
        total=sum(each.total for each in looked.counts.values()) + len(never_seen) + never_listed,
        judged=by_word,
        unlisted=looked.unlisted,
        missing=missing,
        shortages=_short(judge, selection, looked, judged),
        oldest=looked.oldest,
        unjudged=unjudged,
        is_unjudged=bool(full) and unjudged == full,
        horizon=heard_of(store, horizon, [one.machine for one in judged] if is_certain else []),
        doubtful=0,
    )
    well = found.alive + found.number("idle")
    others = {one.machine for word in found.judged for one in found.of(word) if word not in WELL}
    doubtful = doubtful_of(store, horizon, pools, selection, number=well, others=others)
    return found._replace(doubtful=doubtful)


def _judge(
    store: StoreReader,
    judge: MachineJudge,
    selection: MachineSelection,
    pools: Sequence[str],
    looked: Candidates,
) -> list[Judged]:
    census, limits = judge.census, judge.limits
    least = limits.least_failing(pools)
    failing = machines.failing(store, least) if least else {}
    special = {
        name for name in (*census.lost, *census.quarantined, *failing) if selection.includes(name)
    }
    listed = {one.machine: one for one in looked.listed}
    needed = special | {n for n, one in listed.items() if judge.needs_facts(one)}
    if selection.machines and len(listed) <= _FEW:
        # Who asks for some by name wants to see what they do.
        needed |= listed.keys()
    facts = machines.facts_of(store, sorted(needed))
    if not selection.is_of_machines:
        others = [name for name in special if name in facts and name not in listed]
        theirs = sorted({facts[name].pool for name in others} & set(pools))
        for one in machines.exactly(store, theirs, others):
            listed[one.machine] = one
    for name in census.lost:
        # The first that was ever told of it is that its claim expired.
        if name in facts and not facts[name].seen and name in special:
            pool = facts[name].pool
            if selection.has_pool(pool):
                listed.setdefault(name, SeenMachine(name, 0.0, pool))
    return [judge.seen(one, facts.get(name)) for name, one in listed.items()]


def _apart(store: StoreReader, selection: MachineSelection, known: set[str]) -> list[Judged]:
    """Return those that were asked for by name and are no part of the total."""
    wanted = set(selection.unknown(list(known)))
    if not wanted:
        return []
    gone = [
        Judged(name, "retired", Ok, "", 0.0, since)
        for name, since in machines.retired(store).items()
        if {name, name.partition(":")[2]} & wanted and selection.includes(name)
    ]
    whole = [name for name in wanted - {one.machine for one in gone} if ":" in name]
    return gone + [
        Judged(name, "removed", Ok, one.pool, one.seen, one.left, why=one.happened, facts=one)
        for name, one in machines.facts_of(store, whole).items()
        if one.left > one.seen
    ]


def _short(
    judge: MachineJudge, selection: MachineSelection, looked: Candidates, judged: Sequence[Judged]
) -> list[PoolShortage]:
    limits, horizon = judge.limits, judge.horizon
    if selection.is_of_machines and limits.given.minimum is None:
        return []
    configured = [] if selection.is_of_machines else limits.named_pools
    named = [
        pool
        for pool in (*selection.pools, *configured)
        if not is_glob(pool) and selection.has_pool(pool)
    ]
    counts: Mapping[str, PoolCount] = looked.counts
    minima = {
        pool: minimum
        for pool in dict.fromkeys([*counts, *named])
        if pool and (minimum := limits.minimum(pool)) and (pool in named or counts[pool].total)
    }
    age = None if horizon.born is None else horizon.now - horizon.born
    none = dict.fromkeys(minima, PoolCount(0))
    return shortages_of(judge, minima, none | dict(counts), judged, age)


def _worst_first(one: Judged) -> tuple[bool, float, str]:
    longest = one.since if one.word == "failing" else one.seen or one.since
    return one.status is not Critical, longest, one.machine
