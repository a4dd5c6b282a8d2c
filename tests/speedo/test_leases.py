"""Who publishes which speedo: leases and commits in a real store, at times that the tests set."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.speedos import LEASE_SECONDS, Due, SpeedoStore
from blinkenlights.store.client import StoreClient
from servers.valkey import Valkey
from speedo.counting import CountingStore, transfer

T = TypeVar("T")
BORN = 1_000_000.0
INTERVAL = 60.0
Ask = Callable[[Callable[[SpeedoStore], Awaitable[T]]], T]


class Publisher:
    """One of those who publish."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._store = SpeedoStore(StoreClient(url))

    def lease(self, now: float, scope: str = "client") -> list[Due]:
        """Return what is due for it."""
        return self._runner.run(self._store.lease(scope, INTERVAL, now, BORN))

    def commit(self, now: float, due: list[Due], scope: str = "client") -> int:
        """Take note that it has published these."""
        return self._runner.run(self._store.commit(scope, INTERVAL, now, due))

    def close(self) -> None:
        """Close its connection."""
        self._runner.run(self._store.close())
        self._runner.close()


@pytest.fixture
def publishers(valkey: Valkey) -> Iterator[tuple[Publisher, Publisher]]:
    """Give two of them."""
    both = Publisher(valkey.url), Publisher(valkey.url)
    yield both
    for each in both:
        each.close()


def test_what_one_has_leased_nobody_else_gets(
    counting: CountingStore, publishers: tuple[Publisher, Publisher]
) -> None:
    """A speedo is due to one of several, and the next to any of them an interval later."""
    one, other = publishers
    counting.count([transfer("alice")])

    due = one.lease(BORN + 100)

    assert due == [Due("alice", "1000000.000", "1000100.000", 1, 0, 100, 0, 1)]
    assert other.lease(BORN + 101) == []
    assert one.commit(BORN + 102, due) == 1
    assert other.lease(BORN + 119) == []
    assert other.lease(BORN + 140) == [Due("alice", "1000100.000", "1000140.000", 0, 0, 0, 0, 0)]


def test_what_a_dead_one_had_is_published_unchanged(
    counting: CountingStore, publishers: tuple[Publisher, Publisher]
) -> None:
    """Whether it was published nobody knows, so it comes once more as it was, and then the rest."""
    dead, other = publishers
    counting.count([transfer("alice", code=499)])
    due = dead.lease(BORN + 100)
    counting.count([transfer("alice")])

    assert other.lease(BORN + 100 + LEASE_SECONDS - 1) == []
    assert other.lease(BORN + 100 + LEASE_SECONDS) == due
    assert (other.commit(BORN + 111, due), dead.commit(BORN + 112, due)) == (1, 0)
    assert other.lease(BORN + 180) == [Due("alice", "1000100.000", "1000180.000", 1, 0, 100, 0, 1)]


def test_nothing_is_lost_while_nobody_publishes(
    counting: CountingStore, publishers: tuple[Publisher, Publisher]
) -> None:
    """After an hour without anybody the next speedo covers that hour, also of who came in it."""
    one, _ = publishers
    counting.count([transfer("alice")])
    one.commit(BORN + 100, one.lease(BORN + 100))
    counting.count([transfer("alice"), transfer("bob")])

    rows = {each.name: each for each in one.lease(BORN + 3700)}

    assert rows["alice"] == Due("alice", "1000100.000", "1003700.000", 1, 0, 100, 0, 1)
    assert rows["bob"] == Due("bob", "1000100.000", "1003700.000", 1, 0, 100, 0, 1)


def test_everything_has_a_speedo_before_anything_was_counted(
    publishers: tuple[Publisher, Publisher],
) -> None:
    """Nothing in all is a zero, too."""
    assert publishers[0].lease(BORN + 60, "all") == [
        Due("all", "1000000.000", "1000060.000", 0, 0, 0, 0, 0)
    ]


def test_a_clock_set_back_stops_nothing(
    counting: CountingStore, publishers: tuple[Publisher, Publisher]
) -> None:
    """An hour that comes twice has speedos both times; none has a negative interval."""
    one, _ = publishers
    counting.count([transfer("alice")])
    one.commit(BORN + 3600, one.lease(BORN + 3600))

    due = one.lease(BORN)

    assert [(each.name, each.start, each.end) for each in due] == [
        ("alice", "1000000.000", "1000000.000")
    ]


def test_totals_that_began_anew_are_no_negative_speedo(
    valkey: Valkey, counting: CountingStore, publishers: tuple[Publisher, Publisher]
) -> None:
    """When somebody removed the totals, what is counted since is what the speedo says."""
    one, _ = publishers
    counting.count([transfer("alice"), transfer("alice")])
    one.commit(BORN + 60, one.lease(BORN + 60))
    valkey.client().delete(keys.COUNTS + "client")
    counting.count([transfer("alice", size=7)])

    [due] = one.lease(BORN + 120)

    assert (due.good, due.good_bytes) == (1, 7)
