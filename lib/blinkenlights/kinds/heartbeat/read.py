"""What the store knows of heartbeats, asked for so that the cost follows what is late."""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate
from typing import NamedTuple, TypeVar

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.store.reader import Command, Reply, StoreReader

MOST_LISTED = 10_000
"""Most late components that are fetched by name; the rest is counted."""
Packed = TypeVar("Packed", keys.Facts, keys.Status)
_SCAN = 5_000
_FACTS_AT_ONCE = 1_000

Spans = list[tuple[str, str]]
"""Lower and upper bounds of scores, as ZCOUNT takes them."""


class Seen(NamedTuple):
    """When one component was last seen."""

    component: str
    seen: float
    interval: int


class Census(NamedTuple):
    """What does not depend on thresholds."""

    intervals: list[int]
    awaited: dict[str, float]
    """Declared and never seen, at most `MOST_LISTED` of them -> when declared."""
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
    """At most `MOST_LISTED`, oldest first."""
    late: int
    """How many are outside the warning thresholds, listed or not."""
    silent: int
    """How many are outside the critical thresholds, listed or not."""
    ahead: list[Seen]
    """Seen later than can be, at most `MOST_LISTED` of each interval; in none of the others."""


COMMANDS: tuple[Command, ...] = (
    ("SMEMBERS", keys.INTERVALS),
    ("ZCARD", keys.AWAITED),
    ("ZRANGE", keys.AWAITED, 0, MOST_LISTED - 1, "WITHSCORES"),
    ("ZRANGE", keys.TROUBLE, 0, MOST_LISTED - 1, "WITHSCORES"),
    ("HGETALL", keys.MINIMUM),
    ("ZRANGE", keys.SKEWED, 0, MOST_LISTED - 1, "WITHSCORES"),
)
"""What to ask the store for, in this order, to read a census."""


def read_census(replies: Sequence[Reply]) -> Census:
    """Return the census from the replies to `COMMANDS`; raises StoreAnswer."""
    intervals, awaited_total, awaited, trouble, minimum, skewed = replies
    try:
        return Census(
            sorted(map(int, intervals)),
            _scores(awaited),
            int(awaited_total),
            _scores(trouble),
            {name: int(least) for name, least in _pairs(minimum)},
            _scores(skewed),
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
        key = f"{keys.SEEN}{interval}"
        warning, critical = spans(interval)
        commands += [("ZCARD", key), ("ZRANGE", key, 0, 0, "WITHSCORES")]
        commands.append(
            ("ZRANGEBYSCORE", key, f"({latest!r}", "+inf", "WITHSCORES", "LIMIT", 0, MOST_LISTED)
        )
        commands += [("ZCOUNT", key, *span) for span in [*warning, *critical]]
        commands += [
            ("ZRANGEBYSCORE", key, *span, "WITHSCORES", "LIMIT", 0, MOST_LISTED)
            for span in [*warning, *critical]
        ]
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
    return Flagged(total, oldest, by_age[:MOST_LISTED], late, silent, ahead)


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
        retired = store.ask(("ZMSCORE", keys.RETIRED, *names))[0]
        gone = {name for name, when in zip(names, retired, strict=True) if when is not None}
        for name, facts in facts_of(store, names).items():
            if name not in gone:
                found[name] = Seen(name, facts.seen, facts.interval)
    if globs or not names:
        for interval in intervals:
            for pattern in globs or ["*"]:
                for seen in _scan(store, interval, pattern):
                    found[seen.component] = seen
    if exclude:
        unwanted = matcher(exclude)
        found = {name: seen for name, seen in found.items() if not unwanted(name)}
    return sorted(found.values(), key=lambda seen: seen.seen), gone


def facts_of(store: StoreReader, components: Sequence[str]) -> dict[str, keys.Facts]:
    """Return the facts of those of `components` that are known; raises StoreAnswer."""
    facts: dict[str, keys.Facts] = {}
    for start in range(0, len(components), _FACTS_AT_ONCE):
        chunk = components[start : start + _FACTS_AT_ONCE]
        texts = store.ask(("HMGET", keys.FACTS, *chunk))[0]
        for component, text in zip(chunk, texts, strict=True):
            if text is not None:
                facts[component] = _unpacked(keys.parse_facts, text, keys.FACTS)
    return facts


def statuses_of(store: StoreReader, components: Sequence[str]) -> dict[str, keys.Status]:
    """Return what those of `components` that reported their health said last."""
    if not components:
        return {}
    texts = store.ask(("HMGET", keys.STATUS, *components))[0]
    return {
        component: _unpacked(keys.parse_status, text, keys.STATUS)
        for component, text in zip(components, texts, strict=True)
        if text is not None
    }


def is_glob(name: str) -> bool:
    """Return whether a name holds a wildcard."""
    return any(character in name for character in "*?[")


def matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a name matches one of the globs, by case."""
    pattern = re.compile("|".join(map(translate, globs)))
    return lambda name: pattern.match(name) is not None


def _scan(store: StoreReader, interval: int, pattern: str) -> list[Seen]:
    # Redis reads brackets and backslashes in its own way: it narrows, Python decides.
    narrowed = "*" if "[" in pattern else pattern.replace("\\", "?")
    matches = matcher([pattern])
    found: dict[str, Seen] = {}
    cursor = "0"
    while True:
        cursor, members = store.ask(
            ("ZSCAN", f"{keys.SEEN}{interval}", cursor, "MATCH", narrowed, "COUNT", _SCAN)
        )[0]
        for seen in _seen(members, interval):
            if matches(seen.component):
                found[seen.component] = seen
        if cursor == "0":
            return list(found.values())


def _pairs(reply: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(reply[::2], reply[1::2], strict=True))


def _scores(reply: Sequence[str]) -> dict[str, float]:
    return {member: float(score) for member, score in _pairs(reply)}


def _seen(reply: Sequence[str], interval: int) -> list[Seen]:
    return [Seen(member, float(score), interval) for member, score in _pairs(reply)]


def _unpacked(parse: Callable[[str], Packed], text: str, key: str) -> Packed:
    try:
        return parse(text)
    except ValueError as error:
        raise StoreAnswer(f"{key} holds something that is not ours: {error}") from error
