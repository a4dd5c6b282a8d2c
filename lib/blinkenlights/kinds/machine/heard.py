"""What could be heard of some machines, by the sources that heard them last."""

from collections.abc import Collection, Sequence

from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.selection import MachineSelection
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader


def heard_of(store: StoreReader, horizon: Horizon, names: Collection[str]) -> Horizon:
    """Return what could be heard of exactly these machines.

    It is the horizon of all where it is not known by which source one of them comes, or where there
    are none. The store is asked only where it matters.
    """
    if not horizon.is_uneven or len(names) > sets.MOST_LISTED:
        return horizon
    return horizon.narrowed(set(_sources_of(store, list(names)).values()))


def doubtful_of(
    store: StoreReader,
    horizon: Horizon,
    pools: Sequence[str],
    selection: MachineSelection,
    *,
    number: int,
    others: Collection[str],
) -> int:
    """Return how many that look well may be dead since their source was heard last.

    Args:
        store: Where it is asked for their sources, if that matters.
        horizon: What could be heard.
        pools: Those of the selection.
        selection: Which machines are meant.
        number: How many look well. Of very many nobody is looked at: then it is all of them.
        others: Those that do not.
    """
    if not horizon.doubts_about_known:
        return 0
    if not horizon.is_uneven or number > sets.MOST_LISTED:
        return number
    members = machines.matching(store, pools, selection.patterns)
    names = [one.machine for one in members if selection.includes(one.machine)]
    sources = _sources_of(store, [name for name in names if name not in others])
    is_doubtful = {
        source: bool(horizon.narrowed([source]).doubts_about_known)
        for source in {*sources.values()}
    }
    return sum(is_doubtful[source] for source in sources.values())


def _sources_of(store: StoreReader, names: Sequence[str]) -> dict[str, str]:
    """Return by which source each comes; empty where that is not known."""
    known = machines.facts_of(store, names)
    return {name: known[name].source if name in known else "" for name in names}
