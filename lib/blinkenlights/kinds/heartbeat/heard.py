"""What could be heard of some components, by the sources that heard them last."""

from collections.abc import Collection, Mapping, Sequence

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader


def heard_of(
    store: StoreReader, horizon: Horizon, names: Sequence[str], facts: Mapping[str, keys.Facts]
) -> Horizon:
    """Return what could be heard of exactly these components.

    It is the horizon of all where it is not known by which source one of them comes, or where there
    are none. The store is asked only where it matters, for facts that are not given.
    """
    if not horizon.is_uneven or len(names) > sets.MOST_LISTED:
        return horizon
    return horizon.narrowed(set(_sources_of(store, names, facts).values()))


def doubtful_of(
    store: StoreReader, horizon: Horizon, names: Sequence[str], facts: Mapping[str, keys.Facts]
) -> int:
    """Return how many of these may have died since their source was heard last."""
    if not horizon.doubts_about_known:
        return 0
    if not horizon.is_uneven or len(names) > sets.MOST_LISTED:
        return len(names)
    sources = _sources_of(store, names, facts)
    is_doubtful = {
        source: bool(horizon.narrowed([source]).doubts_about_known)
        for source in {*sources.values()}
    }
    return sum(is_doubtful[source] for source in sources.values())


def doubtful_of_all(
    store: StoreReader,
    intervals: Sequence[int],
    horizon: Horizon,
    others: Collection[str],
    number: int,
) -> int:
    """Return how many of all but some others may have died since; `number` is how many these are.

    Of a large fleet nobody is looked at: then it is all of them.
    """
    if not horizon.doubts_about_known:
        return 0
    if not horizon.is_uneven or number > sets.MOST_LISTED:
        return number
    members, _ = heartbeats.matching(store, intervals, [], [])
    names = [seen.component for seen in members if seen.component not in others]
    return doubtful_of(store, horizon, names, {})


def _sources_of(
    store: StoreReader, names: Sequence[str], facts: Mapping[str, keys.Facts]
) -> dict[str, str]:
    """Return by which source each comes; empty where that is not known."""
    asked = heartbeats.facts_of(store, [name for name in names if name not in facts])
    known = {**facts, **asked}
    return {name: known[name].source if name in known else "" for name in names}
