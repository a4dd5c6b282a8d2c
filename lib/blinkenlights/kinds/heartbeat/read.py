"""What the store knows of heartbeats, asked for so that the cost follows what is late."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, Reply, StoreReader
from blinkenlights.store.sets import Spans


class Seen(NamedTuple):
    """When one component was last seen."""

    component: str
    seen: float
    interval: int


class Census(NamedTuple):
    """What does not depend on thresholds."""

    intervals: list[int]
    awaited: dict[str, float]
    """Declared and never seen, at most `sets.MOST_LISTED` of them -> when declared."""
    awaited_total: int
    trouble: dict[str, float]
    """Components that report degraded or down -> since when."""
    minimum: dict[str, int]
    """Components declared to need several instances -> how many."""
    skewed: dict[str, float]
    """Components with a wrong clock -> seconds ahead of ours."""


class Flagged(NamedTuple):
    """Components outside thresholds, and how many there are in all."""

    total: int
    oldest: Seen | None
    listed: list[Seen]
    """At most `sets.MOST_LISTED`, oldest first."""
    late: int
    """How many are outside the warning thresholds, listed or not."""
    silent: int
    """How many are outside the critical thresholds, listed or not."""
    ahead: list[Seen]
    """Seen later than can be, at most `sets.MOST_LISTED` of each interval; not among the others."""


COMMANDS: tuple[Command, ...] = (
    ("SMEMBERS", keys.INTERVALS),
    ("ZCARD", keys.AWAITED),
    sets.lowest(keys.AWAITED),
    sets.lowest(keys.TROUBLE),
    ("HGETALL", keys.MINIMUM),
    sets.lowest(keys.SKEWED),
)
"""What to ask the store for, in this order, to read a census."""


def read_census(replies: Sequence[Reply]) -> Census:
    """Return the census from the replies to `COMMANDS`; raises StoreAnswer."""
    intervals, awaited_total, awaited, trouble, minimum, skewed = replies
    try:
        return Census(
            sorted(map(int, intervals)),
            sets.scores(awaited),
            int(awaited_total),
            sets.scores(trouble),
            {name: int(least) for name, least in hashes.pairs(minimum)},
            sets.scores(skewed),
        )
    except (ValueError, TypeError) as error:
        raise StoreAnswer(f"the keys under {keys.PREFIX} are not ours: {error}") from error


def flagged(
    store: StoreReader,
    intervals: Sequence[int],
    spans: Callable[[int], tuple[Spans, Spans]],
    latest: float,
) -> Flagged:
    """Return the components whose last-seen time lies in the spans for their interval.

    `spans(interval)` gives the spans of scores to warn of and those that are critical, none of them
    beyond `latest`: what is seen after that was not seen. Two components that are late cost the
    same among a thousand and among a million.
    """
    commands: list[Command] = []
    for interval in intervals:
        key = f"{keys.SEEN_BY_INTERVAL}{interval}"
        warning, critical = spans(interval)
        commands += [("ZCARD", key), sets.lowest(key, 1)]
        commands.append(sets.between(key, f"({latest!r}", "+inf"))
        commands += [("ZCOUNT", key, *span) for span in [*warning, *critical]]
        commands += [sets.between(key, *span) for span in [*warning, *critical]]
    replies = iter(store.ask(*commands))
    total = late = silent = 0
    oldest: Seen | None = None
    listed: dict[str, Seen] = {}
    ahead: list[Seen] = []
    for interval in intervals:
        warning, critical = spans(interval)
        total += next(replies)
        first = _seen(next(replies), interval)
        if first and interval and first[0].seen < (oldest.seen if oldest else latest):
            oldest = first[0]
        ahead += _seen(next(replies), interval)
        late += sum(next(replies) for _ in warning)
        silent += sum(next(replies) for _ in critical)
        for _ in [*warning, *critical]:
            listed.update((seen.component, seen) for seen in _seen(next(replies), interval))
    by_age = sorted(listed.values(), key=lambda seen: seen.seen)
    return Flagged(total, oldest, by_age[: sets.MOST_LISTED], late, silent, ahead)


def matching(
    store: StoreReader, intervals: Sequence[int], names: Sequence[str], exclude: Sequence[str]
) -> tuple[list[Seen], set[str]]:
    """Return the components whose name matches one of the globs and none of those excluded.

    The second set holds the names asked for that are retired. Names without a wildcard are looked
    up; with one, the sets are searched by the store.
    """
    globs = [name for name in names if is_glob(name)]
    found: dict[str, Seen] = {}
    gone: set[str] = set()
    if names:
        # A name may hold a bracket and mean just itself.
        [retired] = sets.scores_of(store, [keys.RETIRED], names)
        gone = set(retired)
        for name, facts in facts_of(store, names).items():
            if name not in gone:
                found[name] = Seen(name, facts.seen, facts.interval)
    if globs or not names:
        for interval in intervals:
            for pattern in globs or ["*"]:
                scored = sets.scan(store, f"{keys.SEEN_BY_INTERVAL}{interval}", pattern)
                found.update((n, Seen(n, seen, interval)) for n, seen in scored.items())
    if exclude:
        unwanted = matcher(exclude)
        found = {name: seen for name, seen in found.items() if not unwanted(name)}
    return sorted(found.values(), key=lambda seen: seen.seen), gone


def facts_of(store: StoreReader, components: Sequence[str]) -> dict[str, keys.Facts]:
    """Return the facts of those of `components` that are known; raises StoreAnswer."""
    return hashes.values_of(store, keys.FACTS, components, keys.parse_facts)


def statuses_of(store: StoreReader, components: Sequence[str]) -> dict[str, keys.Status]:
    """Return what those of `components` that reported their health said last."""
    return hashes.values_of(store, keys.STATUS, components, keys.parse_status)


def _seen(reply: Sequence[str], interval: int) -> list[Seen]:
    return [Seen(component, seen, interval) for component, seen in sets.scores(reply).items()]
