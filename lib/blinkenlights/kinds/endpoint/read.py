"""What the store knows of endpoints, asked for so that the cost follows what is wrong."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import is_glob
from blinkenlights.kinds.endpoint import keys
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, Reply, StoreReader


class Census(NamedTuple):
    """What is wrong, and how many endpoints there are. Times are seconds since the epoch."""

    total: int
    """Endpoints that are judged: all but those that are retired or removed."""
    failing: dict[str, float]
    """Endpoint -> since when."""
    degraded: dict[str, float]
    """Endpoint that is degraded or fails -> since when."""
    overdue: dict[str, float]
    """Endpoint whose next result is missed -> since when."""
    awaited: dict[str, float]
    """Endpoint declared and never seen -> when it was declared."""
    retired: int
    removed: int

    @property
    def not_well(self) -> list[str]:
        """All in which something is wrong, each once."""
        return list(dict.fromkeys([*self.failing, *self.overdue, *self.degraded]))


class Standing(NamedTuple):
    """What is known of some endpoints."""

    facts: dict[str, keys.Facts]
    details: dict[str, keys.Details]
    overdue: dict[str, float]
    awaited: dict[str, float]
    retired: dict[str, float]
    removed: dict[str, float]


def census_commands(now: float) -> list[Command]:
    """Return what to ask the store for to read a census."""
    return [
        ("ZCARD", keys.NAMES),
        ("ZCARD", keys.RETIRED),
        ("ZCARD", keys.REMOVED),
        ("ZCARD", keys.AWAITED),
        sets.lowest(keys.FAILING),
        sets.lowest(keys.DEGRADED),
        sets.between(keys.OVERDUE, "-inf", repr(now)),
        sets.lowest(keys.AWAITED),
    ]


def read_census(replies: Sequence[Reply]) -> Census:
    """Return the census from the replies to `census_commands`; raises StoreAnswer."""
    try:
        names, retired, removed, awaited_total, failing, degraded, overdue, awaited = replies
        return Census(
            max(0, names - retired - removed) + awaited_total,
            sets.scores(failing),
            sets.scores(degraded),
            sets.scores(overdue),
            sets.scores(awaited),
            retired,
            removed,
        )
    except (ValueError, TypeError) as error:
        raise StoreAnswer(f"the keys under {keys.PREFIX} are not ours: {error}") from error


def named(store: StoreReader, wanted: Sequence[str]) -> list[str]:
    """Return the endpoints that some names and globs stand for; plain names whether known or not.

    Raises a StoreError.
    """
    found = dict.fromkeys(name for name in wanted if not is_glob(name))
    for glob in filter(is_glob, wanted):
        for key in (keys.NAMES, keys.AWAITED):
            found |= dict.fromkeys(sorted(sets.scan(store, key, glob)))
    return list(found)


def standing_of(store: StoreReader, names: Sequence[str]) -> Standing:
    """Return what is known of exactly these; raises a StoreError."""
    overdue, awaited, retired, removed = sets.scores_of(
        store, [keys.OVERDUE, keys.AWAITED, keys.RETIRED, keys.REMOVED], names
    )
    return Standing(
        hashes.values_of(store, keys.FACTS, names, keys.parse_facts),
        hashes.values_of(store, keys.DETAILS, names, keys.parse_details),
        overdue,
        awaited,
        retired,
        removed,
    )
