"""Clients and sources, of which it is learned how many good transfers a minute are usual."""

from collections.abc import Sequence
from functools import partial

from blinkenlights.kinds.learnable import Learnable, Pieces, Rows
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader

MINUTE = 60.0


def _names(scope: str, store: StoreReader, globs: Sequence[str]) -> list[str]:
    if "*" in globs:
        [names] = store.ask(("ZRANGE", keys.GOOD + scope, 0, -1))
        return list(names)
    return [flow.name for flow in transfers.matching(store, scope, globs)]


def _rows(
    scope: str, store: StoreReader, horizon: Horizon, names: Sequence[str], pieces: Pieces
) -> Rows:
    """Return the good transfers in each piece that was heard from its beginning to its end."""
    first, length, number = pieces
    starts = pieces.starts
    heard = [was_heard(horizon, start, start + length) for start in starts]
    if not any(heard):
        return dict.fromkeys(names, ())
    minutes = int(length // MINUTE)
    begin = int(first // MINUTE)
    found = {}
    for at in range(0, len(names), sets.MEMBERS_AT_ONCE):
        chunk = names[at : at + sets.MEMBERS_AT_ONCE]
        history = transfers.minutes_of(store, scope, chunk, begin, begin + minutes * number - 1)
        for name, slots in history.items():
            good = [slot.good for slot in slots]
            found[name] = [
                (start, float(sum(good[place * minutes : (place + 1) * minutes])))
                for place, start in enumerate(starts)
                if heard[place]
            ]
    return found


LEARNABLES = tuple(
    Learnable(scope, "transfer", True, MINUTE, partial(_names, scope), partial(_rows, scope))
    for scope in ("client", "source")
)
