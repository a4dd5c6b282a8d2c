"""Forgets what was learned."""

from collections.abc import Callable

from blinkenlights.kinds.expected import keys
from blinkenlights.store.client import StoreClient

SORTS = ("client", "source", "metric")
NAMES_AT_ONCE = 1_000


async def forget_learned(store: StoreClient, is_meant: Callable[[str], bool]) -> list[str]:
    """Forget all series with a name that is meant, and return them with their sort.

    Raises a StoreError.
    """
    found = []
    for sort in SORTS:
        key = keys.STATES + sort
        names = [name.decode(errors="replace") for name in await store.ask(store.redis.hkeys(key))]
        gone = [name for name in names if is_meant(name)]
        for at in range(0, len(gone), NAMES_AT_ONCE):
            await store.ask(store.redis.hdel(key, *gone[at : at + NAMES_AT_ONCE]))
        found += [f"{sort} {name}" for name in sorted(gone)]
    return found
