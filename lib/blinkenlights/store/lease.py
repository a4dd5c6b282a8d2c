"""Work that one of several instances has at a time: who has it, and by which epoch."""

from typing import NamedTuple

from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

LEASE = Script(__package__, "lease")


class Leased(NamedTuple):
    """What came of asking for a lease."""

    epoch: int
    """0 while somebody else has it."""
    through: float
    """Up to when the work was done, as its holder said last; 0 when nobody did."""
    seconds: float
    """For how long it is held still, by whoever has it."""
    owner: str
    """Who had it before; empty when nobody did."""


async def lease(
    store: StoreClient,
    prefix: str,
    owner: str,
    seconds: float,
    through: float | None = None,
    *,
    rises: bool = False,
) -> Leased:
    """Take or prolong a lease; raises a StoreError.

    Args:
        store: Where it is.
        prefix: Of the keys of the work.
        owner: Who asks.
        seconds: For how long, by the store's clock.
        through: Up to when the owner has done the work. It counts when the owner had the lease
            already.
        rises: Whether the epoch rises even when the store is emptied, and stays when nobody else
            had the lease since it was over. Else it rises then as well.
    """
    arguments = (owner, seconds, _text(through), "rises" if rises else "")
    epoch, reached, left, before = await store.call(LEASE, prefix, "lease", *arguments)
    return Leased(int(epoch), float(reached or 0), float(left), before.decode())


async def leave(store: StoreClient, prefix: str, owner: str, through: float | None = None) -> None:
    """Give a lease back, so that another one need not wait for its end; raises a StoreError."""
    await store.call(LEASE, prefix, "leave", owner, _text(through))


def _text(moment: float | None) -> str:
    return "" if moment is None else f"{moment:.3f}"
