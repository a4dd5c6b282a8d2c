"""What the store knows of series, asked for so that the cost follows what is wrong."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.selection import Selection
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, Reply, StoreReader

NAMES_AT_ONCE = 5_000
DUE_LISTED = 100_000
"""Most that are due and fetched by name; beyond those nobody can tell heartbeats from others."""
NEWEST = 20
"""How many that are due last are looked at, to find a clock that was ahead when they came."""


class Census(NamedTuple):
    """What is wrong, and how many series there are."""

    total: int
    """Series that are judged: all but those that are retired or stopped."""
    due: dict[str, float]
    """Series that look stale -> since when."""
    newest: list[str]
    """Some of those that are due last."""
    trouble: dict[str, float]
    """Series that say that they are not well -> since when."""
    awaited: dict[str, float]
    """Series declared and never seen -> when they were declared."""
    retired: int
    stopped: int


class Standing(NamedTuple):
    """What else is known of some series."""

    facts: dict[str, keys.Facts]
    retired: dict[str, float]
    stopped: dict[str, float]
    declared: frozenset[str]


def census_commands(now: float) -> list[Command]:
    """Return what to ask the store for to read a census."""
    return [
        ("ZCARD", keys.NAMES),
        ("ZCARD", keys.RETIRED),
        ("ZCARD", keys.STOPPED),
        ("ZCARD", keys.AWAITED),
        sets.between(keys.DUE, "-inf", repr(now), DUE_LISTED),
        ("ZRANGE", keys.DUE, 0, NEWEST - 1, "REV"),
        sets.lowest(keys.TROUBLE),
        sets.lowest(keys.AWAITED),
    ]


def read_census(replies: Sequence[Reply]) -> Census:
    """Return the census from the replies to `census_commands`; raises StoreAnswer."""
    try:
        names, retired, stopped, awaited_total, due, newest, trouble, awaited = replies
        total = max(0, names - retired - stopped) + awaited_total
        return Census(
            total,
            sets.scores(due),
            list(newest),
            sets.scores(trouble),
            sets.scores(awaited),
            retired,
            stopped,
        )
    except (ValueError, TypeError) as error:
        raise StoreAnswer(f"the keys under {keys.PREFIX} are not ours: {error}") from error


def name_commands(selection: Selection) -> list[Command]:
    """Return what to ask the store for first, to find the series that are asked for."""
    spans = (between(lower, upper) for lower, upper in selection.spans())
    return [sets.lowest(keys.AWAITED), *spans]


def read_names(
    store: StoreReader, selection: Selection, replies: Sequence[Reply]
) -> tuple[list[str], dict[str, float]]:
    """Return the series that are asked for, and those that are declared and were never seen.

    Args:
        store: Is asked for more, where there are many.
        selection: Which.
        replies: To `name_commands`.
    """
    try:
        awaited = sets.scores(replies[0])
    except (ValueError, TypeError) as error:
        raise StoreAnswer(f"{keys.AWAITED} is not ours: {error}") from error
    found: dict[str, None] = {}
    includes = selection.chooser()
    for (_, upper), first in zip(selection.spans(), replies[1:], strict=True):
        for names in pages_of_names(store, first, upper):
            found.update(dict.fromkeys(filter(includes, names)))
    for glob in selection.searches():
        found.update(dict.fromkeys(filter(includes, sets.scan(store, keys.NAMES, glob))))
    return sorted(found), {name: at for name, at in awaited.items() if includes(name)}


def standing_of(store: StoreReader, series: Sequence[str]) -> Standing:
    """Return what is known of some series; raises a StoreError."""
    facts: dict[str, keys.Facts] = {}
    retired: dict[str, float] = {}
    stopped: dict[str, float] = {}
    declared: list[str] = []
    for start in range(0, len(series), sets.MEMBERS_AT_ONCE):
        chunk = series[start : start + sets.MEMBERS_AT_ONCE]
        packed, retirements, ends, declarations = store.ask_bytes(
            ("HMGET", keys.FACTS, *chunk),
            ("ZMSCORE", keys.RETIRED, *chunk),
            ("ZMSCORE", keys.STOPPED, *chunk),
            ("HMGET", keys.EXPECTED, *chunk),
        )
        for one, facts_of_it, gone, end, declaration in zip(
            chunk, packed, retirements, ends, declarations, strict=True
        ):
            if facts_of_it is not None:
                facts[one] = hashes.parsed(keys.parse_facts, facts_of_it, keys.FACTS)
            if gone is not None:
                retired[one] = float(gone)
            if end is not None:
                stopped[one] = float(end)
            if declaration is not None:
                declared.append(one)
    return Standing(facts, retired, stopped, frozenset(declared))


def pages_of_names(
    store: StoreReader, first: Sequence[str], upper: str | bytes
) -> Iterator[Sequence[str]]:
    """Yield a first page of names and those that follow up to a bound; raises a StoreError."""
    names = first
    while True:
        yield names
        if len(names) < NAMES_AT_ONCE:
            return
        [names] = store.ask(between(f"({names[-1]}", upper))


def between(lower: str, upper: str | bytes) -> Command:
    """Return what to ask for the first page of names between two bounds."""
    return ("ZRANGEBYLEX", keys.NAMES, lower, upper, "LIMIT", 0, NAMES_AT_ONCE)
