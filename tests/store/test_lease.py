"""A lease whose epoch rises also when the store is emptied; tests/alert has what is common."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from blinkenlights.store.client import StoreClient
from blinkenlights.store.lease import Leased, lease, leave
from servers.valkey import Valkey

T = TypeVar("T")
PREFIX = "blinkenlights:{endpoint}:schedule:test:"
Take = Callable[..., Leased]


@pytest.fixture
def take(valkey: Valkey) -> Take:
    """Give a function that asks for the lease."""

    def ask(owner: str, through: float | None = None, seconds: float = 60.0) -> Leased:
        return _run(valkey, lambda store: lease(store, PREFIX, owner, seconds, through, rises=True))

    return ask


def _run(valkey: Valkey, attempt: Callable[[StoreClient], Awaitable[T]]) -> T:
    async def ask() -> T:
        store = StoreClient(valkey.url)
        try:
            return await attempt(store)
        finally:
            await store.close()

    return asyncio.run(ask())


def test_whoever_takes_over_learns_up_to_when_the_work_is_done(take: Take, valkey: Valkey) -> None:
    take("a")
    take("a", 100.5)
    other = take("b")
    _run(valkey, lambda store: leave(store, PREFIX, "a", 101.25))

    after = take("b")

    assert (other.epoch, other.owner) == (0, "a")
    assert 59 < other.seconds <= 60
    assert (after.through, after.owner) == (101.25, "a")


def test_what_a_new_holder_says_is_done_counts_only_once_it_had_the_lease(take: Take) -> None:
    """It may have been frozen, and know of a time long ago."""
    take("a", 100.0, 0.001)
    take("b", 50.0)

    assert take("b").through == 0.0


def test_an_epoch_rises_with_the_owner_also_in_an_emptied_store(take: Take, valkey: Valkey) -> None:
    """Else workers would refuse every job, as they know a later epoch."""
    first = take("a")
    valkey.client().delete(PREFIX + "lease")
    valkey.client().hset(PREFIX + "lease", "epoch", 0)

    assert take("b").epoch >= first.epoch > 1_000_000_000


def test_an_epoch_stays_when_nobody_else_had_the_lease_since_its_end(take: Take) -> None:
    """What was given out before is as good as ever."""
    first = take("a", seconds=0.001)

    assert take("a").epoch == first.epoch
