"""What the store knows of machines, asked for so that the cost follows what is wrong."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat.read import MOST_LISTED, is_glob, matcher
from blinkenlights.kinds.machine import keys
from blinkenlights.store.reader import Command, Reply, StoreReader

_SCAN = 5_000
_FACTS_AT_ONCE = 1_000


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
    """Declared and never seen, at most `MOST_LISTED` of them -> when declared."""
    awaited_total: int
    lost: dict[str, float]
    """Not seen since a claim of theirs expired -> when that was; at most `MOST_LISTED`."""
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
    ("ZRANGE", keys.AWAITED, 0, MOST_LISTED - 1, "WITHSCORES"),
    ("ZCARD", keys.AWAITED),
    ("ZRANGE", keys.LOST, 0, MOST_LISTED - 1, "WITHSCORES"),
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
            for machine, text in zip(quarantine[::2], quarantine[1::2], strict=True)
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
        _scores(awaited),
        int(awaited_total),
        _scores(lost),
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
    most: int = MOST_LISTED,
) -> list[PoolSurvey]:
    """Return for each pool the machines that were last seen before `limit(pool)`.

    None as a limit lists nobody. Two machines cost the same among a thousand and a million.
    """
    commands: list[Command] = []
    for pool in pools:
        key, latest = keys.SEEN + pool, limit(pool)
        bound = "-inf" if latest is None else f"({latest:.3f}"
        commands += [
            ("ZCARD", key),
            ("ZRANGE", key, 0, 0, "WITHSCORES"),
            ("ZCOUNT", key, "-inf", bound),
            ("ZRANGEBYSCORE", key, "-inf", bound, "WITHSCORES", "LIMIT", 0, most),
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
    span = (f"({moment:.3f}", "+inf", "WITHSCORES", "LIMIT", 0, MOST_LISTED)
    commands: list[Command] = [("ZRANGEBYSCORE", keys.SEEN + pool, *span) for pool in pools]
    replies = store.ask(*commands) if commands else []
    return [seen for pool, reply in zip(pools, replies, strict=True) for seen in _seen(reply, pool)]


def failing(store: StoreReader, least: int) -> dict[str, int]:
    """Return the machines whose last tasks failed `least` times in a row or more -> how many.

    At most `MOST_LISTED`, the worst first.
    """
    [reply] = store.ask(
        (
            "ZRANGE",
            keys.FAILING,
            "+inf",
            least,
            "BYSCORE",
            "REV",
            "LIMIT",
            0,
            MOST_LISTED,
            "WITHSCORES",
        )
    )
    return {machine: int(count) for machine, count in _scores(reply).items()}


def matching(store: StoreReader, pools: Sequence[str], names: Sequence[str]) -> list[SeenMachine]:
    """Return the machines of `pools` whose `datacenter:machine` matches a glob, oldest first."""
    globs = [name for name in names if is_glob(name)] if names else ["*"]
    found = {
        seen.machine: seen
        for seen in exactly(store, pools, [name for name in names if not is_glob(name)])
    }
    for pool in pools:
        for pattern in globs:
            for seen in _scan(store, pool, pattern):
                found[seen.machine] = seen
    return sorted(found.values(), key=lambda seen: seen.seen)


def exactly(store: StoreReader, pools: Sequence[str], machines: Sequence[str]) -> list[SeenMachine]:
    """Return those of `machines` that are in `pools`."""
    found = []
    for start in range(0, len(machines) if pools else 0, _FACTS_AT_ONCE):
        chunk = machines[start : start + _FACTS_AT_ONCE]
        replies = store.ask(*(("ZMSCORE", keys.SEEN + pool, *chunk) for pool in pools))
        found += [
            SeenMachine(machine, float(score), pool)
            for pool, scores in zip(pools, replies, strict=True)
            for machine, score in zip(chunk, scores, strict=True)
            if score is not None
        ]
    return found


def facts_of(store: StoreReader, machines: Sequence[str]) -> dict[str, keys.Facts]:
    """Return the facts of those of `machines` that are known; raises StoreAnswer."""
    facts: dict[str, keys.Facts] = {}
    for start in range(0, len(machines), _FACTS_AT_ONCE):
        chunk = machines[start : start + _FACTS_AT_ONCE]
        texts = store.ask(("HMGET", keys.FACTS, *chunk))[0]
        for machine, text in zip(chunk, texts, strict=True):
            if text is None:
                continue
            try:
                facts[machine] = keys.parse_facts(text)
            except ValueError as error:
                raise StoreAnswer(
                    f"{keys.FACTS} holds something that is not ours: {error}"
                ) from error
    return facts


def retired(store: StoreReader) -> dict[str, float]:
    """Return the machines that are retired -> since when; at most `MOST_LISTED`."""
    return _scores(store.ask(("ZRANGE", keys.RETIRED, 0, MOST_LISTED - 1, "WITHSCORES"))[0])


def last_seen(store: StoreReader, pools: Sequence[str]) -> dict[str, float]:
    """Return when each machine of `pools` was last seen."""
    replies = store.ask(*(("ZRANGE", keys.SEEN + pool, 0, -1, "WITHSCORES") for pool in pools))
    return {machine: seen for reply in replies for machine, seen in _scores(reply).items()}


def _scan(store: StoreReader, pool: str, pattern: str) -> list[SeenMachine]:
    key = keys.SEEN + pool
    # Redis reads brackets in its own way: it narrows, Python decides.
    narrowed = "*" if "[" in pattern else pattern.replace("\\", "?")
    matches = matcher([pattern])
    found: dict[str, SeenMachine] = {}
    cursor = "0"
    while True:
        cursor, members = store.ask(("ZSCAN", key, cursor, "MATCH", narrowed, "COUNT", _SCAN))[0]
        for seen in _seen(members, pool):
            if matches(seen.machine):
                found[seen.machine] = seen
        if cursor == "0":
            return list(found.values())


def _scores(reply: Sequence[str]) -> dict[str, float]:
    return {member: float(score) for member, score in zip(reply[::2], reply[1::2], strict=True)}


def _seen(reply: Sequence[str], pool: str) -> list[SeenMachine]:
    return [SeenMachine(machine, seen, pool) for machine, seen in _scores(reply).items()]
