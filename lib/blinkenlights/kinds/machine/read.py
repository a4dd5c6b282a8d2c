"""What the store knows of machines, asked for so that the cost follows what is wrong."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.machine import keys
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, Reply, StoreReader


class SeenMachine(NamedTuple):
    """When one machine last did something itself."""

    machine: str
    seen: float
    pool: str


class PoolLimit(NamedTuple):
    """What is demanded of pools; see `report.PoolLimits`."""

    pool: str
    warning: float | None
    critical: float | None
    minimum: int | None
    failing: int | None


class MachineCensus(NamedTuple):
    """What does not depend on thresholds."""

    pools: list[str]
    awaited: dict[str, float]
    """Declared and never seen, at most `sets.MOST_LISTED` of them -> when declared."""
    awaited_total: int
    lost: dict[str, float]
    """Not seen since a claim of theirs expired -> when that was; at most `sets.MOST_LISTED`."""
    lost_total: int
    quarantined: dict[str, keys.Quarantine]
    """Those that are over included."""
    limits: list[PoolLimit]
    """As configured; the first whose glob matches holds."""

    def limit_of(self, pool: str) -> PoolLimit | None:
        """Return what is demanded of a pool; None when nothing is."""
        return next((each for each in self.limits if matcher([each.pool])(pool)), None)


COMMANDS: tuple[Command, ...] = (
    ("SMEMBERS", keys.POOLS),
    sets.lowest(keys.AWAITED),
    ("ZCARD", keys.AWAITED),
    sets.lowest(keys.LOST),
    ("ZCARD", keys.LOST),
    ("HGETALL", keys.QUARANTINE),
    ("GET", keys.LIMITS),
)
"""What to ask the store for, in this order, to read a census."""


def read_census(replies: Sequence[Reply]) -> MachineCensus:
    """Return the census from the replies to `COMMANDS`; raises StoreAnswer."""
    pools, awaited, awaited_total, lost, lost_total, quarantine, limits = replies
    key = keys.QUARANTINE
    try:
        quarantined = {
            machine: keys.parse_quarantine(machine, text)
            for machine, text in hashes.pairs(quarantine)
        }
        key = keys.LIMITS
        demanded = [
            PoolLimit(*(one[field] for field in PoolLimit._fields))
            for one in json.loads(limits or "[]")
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise StoreAnswer(f"{key} holds something that is not ours: {error!r}") from error
    return MachineCensus(
        sorted(pools),
        sets.scores(awaited),
        int(awaited_total),
        sets.scores(lost),
        int(lost_total),
        quarantined,
        demanded,
    )


class PoolSurvey(NamedTuple):
    """The machines of one pool that lie outside spans of time, and how many there are."""

    pool: str
    total: int
    listed: list[SeenMachine]
    """Oldest first, as many as were asked for."""
    outside: int
    """How many are outside, listed or not."""
    oldest: SeenMachine | None


def unseen_since(
    store: StoreReader,
    pools: Sequence[str],
    limit: Callable[[str], float | None],
    most: int | None = None,
) -> list[PoolSurvey]:
    """Return for each pool the machines that were last seen before `limit(pool)`.

    None as a limit lists nobody; of each pool `most` are listed, or `sets.MOST_LISTED`. Two
    machines cost the same among a thousand and a million.
    """
    commands: list[Command] = []
    for pool in pools:
        key, latest = keys.SEEN_BY_POOL + pool, limit(pool)
        bound = "-inf" if latest is None else f"({latest:.3f}"
        commands += [
            ("ZCARD", key),
            sets.lowest(key, 1),
            ("ZCOUNT", key, "-inf", bound),
            sets.between(key, "-inf", bound, most),
        ]
    replies = iter(store.ask(*commands)) if commands else iter(())
    surveys = []
    for pool in pools:
        total, first, outside, listed = (next(replies) for _ in range(4))
        oldest = _seen(first, pool)
        surveys.append(
            PoolSurvey(pool, total, _seen(listed, pool), outside, oldest[0] if oldest else None)
        )
    return surveys


def seen_after(store: StoreReader, pools: Sequence[str], moment: float) -> list[SeenMachine]:
    """Return the machines of `pools` that were last seen after a moment, some of each pool."""
    commands = [sets.between(keys.SEEN_BY_POOL + pool, f"({moment:.3f}", "+inf") for pool in pools]
    replies = store.ask(*commands) if commands else []
    return [seen for pool, reply in zip(pools, replies, strict=True) for seen in _seen(reply, pool)]


def failing(store: StoreReader, least: int) -> dict[str, int]:
    """Return the machines whose last tasks failed `least` times in a row or more -> how many.

    At most `sets.MOST_LISTED`, the worst first.
    """
    worst_first = ("+inf", least, "BYSCORE", "REV", "LIMIT", 0, sets.MOST_LISTED, "WITHSCORES")
    [reply] = store.ask(("ZRANGE", keys.FAILING, *worst_first))
    return {machine: int(count) for machine, count in sets.scores(reply).items()}


def matching(store: StoreReader, pools: Sequence[str], names: Sequence[str]) -> list[SeenMachine]:
    """Return the machines of `pools` whose `datacenter:machine` matches a glob, oldest first."""
    globs = [name for name in names if is_glob(name)] if names else ["*"]
    found = {
        seen.machine: seen
        for seen in exactly(store, pools, [name for name in names if not is_glob(name)])
    }
    for pool in pools:
        for pattern in globs:
            scored = sets.scan(store, keys.SEEN_BY_POOL + pool, pattern)
            found.update((name, SeenMachine(name, seen, pool)) for name, seen in scored.items())
    return sorted(found.values(), key=lambda seen: seen.seen)


def exactly(store: StoreReader, pools: Sequence[str], machines: Sequence[str]) -> list[SeenMachine]:
    """Return those of `machines` that are in `pools`."""
    by_pool = sets.scores_of(store, [keys.SEEN_BY_POOL + pool for pool in pools], machines)
    return [
        SeenMachine(machine, seen, pool)
        for pool, scored in zip(pools, by_pool, strict=True)
        for machine, seen in scored.items()
    ]


def facts_of(store: StoreReader, machines: Sequence[str]) -> dict[str, keys.Facts]:
    """Return the facts of those of `machines` that are known; raises StoreAnswer."""
    return hashes.values_of(store, keys.FACTS, machines, keys.parse_facts)


def retired(store: StoreReader) -> dict[str, float]:
    """Return the machines that are retired -> since when; at most `sets.MOST_LISTED`."""
    return sets.scores(store.ask(sets.lowest(keys.RETIRED))[0])


def last_seen(store: StoreReader, pools: Sequence[str]) -> dict[str, float]:
    """Return when each machine of `pools` was last seen."""
    replies = store.ask(
        *(("ZRANGE", keys.SEEN_BY_POOL + pool, 0, -1, "WITHSCORES") for pool in pools)
    )
    return {machine: seen for reply in replies for machine, seen in sets.scores(reply).items()}


def _seen(reply: Sequence[str], pool: str) -> list[SeenMachine]:
    return [SeenMachine(machine, seen, pool) for machine, seen in sets.scores(reply).items()]
