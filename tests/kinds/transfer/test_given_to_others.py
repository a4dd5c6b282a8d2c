"""A batch of a collector that was frozen, while the broker gave its messages to another one."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from blinkenlights.kinds.signal import Acknowledged, Arrival
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.sums import Delivery, message_id
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.store.batch import Loss
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from kinds.transfer.counted import CountedTransfers
from servers.batches import batch_of
from servers.valkey import Valkey

NOW = 1_795_219_200.0
"""A whole day, so that a period of ids begins."""
A_WEEK = 7 * 86400


class Session:
    """What one source of one collector counts, from a broker that can be asked."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.number = 0
        self.acknowledged: dict[str, Acknowledged] = {}
        """What the store has acknowledged, as the source keeps it."""
        self.asked = 0
        self.is_cut_off = False
        """Whether the broker has given to others what it had given to us."""
        self._knows = False
        self.while_asking: Callable[[], None] = lambda: None

    def batch(self, *names: str, again: bool = False, at: float = NOW) -> TransferRows:
        """Return the next batch, with a transfer of each name."""
        self.number += 1
        deliveries = [delivery(name, again=again) for name in names]
        arrival = Arrival(
            "5eed5eed",
            at,
            live=False,
            session=self.name,
            number=self.number,
            are_gone=lambda: self._knows,
            ask_broker=self._ask,
            acknowledged=self.acknowledged,
        )
        rows = TransferRows(arrival)
        rows.deliveries += deliveries
        return rows

    def store(self, *batches: TransferRows) -> list[Loss]:
        """Store batches, and return what is missing of those before them."""

        async def store() -> list[Loss]:
            writer = StoreWriter(StoreClient(self.url))
            try:
                stored = [await writer.store(batch_of(transfers=each)) for each in batches]
            finally:
                await writer.close()
            return [loss for each in stored for loss in each.losses]

        return asyncio.run(store())

    def count(self, *names: str, again: bool = False, at: float = NOW) -> list[Loss]:
        """Store one batch."""
        return self.store(self.batch(*names, again=again, at=at))

    async def _ask(self) -> None:
        self.asked += 1
        self.while_asking()
        self._knows = self.is_cut_off


def delivery(name: str, *, again: bool) -> Delivery:
    fact = Transfer(NOW - 5, "metpx", "alice", 201, 100, None, name, "", "")
    return Delivery(fact, message_id(name.encode(), "key"), again)


def names(first: int, last: int) -> Sequence[str]:
    return [f"file {number}" for number in range(first, last)]


@pytest.fixture
def one(valkey: Valkey) -> Session:
    """Give the one that will be frozen."""
    return Session(valkey.url, "one")


@pytest.fixture
def two(valkey: Valkey) -> Session:
    """Give the one that gets what it held."""
    return Session(valkey.url, "two")


@pytest.fixture
def counted(valkey: Valkey) -> Iterator[CountedTransfers]:
    """Give what was counted."""
    with valkey.client(decode_responses=False) as client:
        yield CountedTransfers(client)


def silent_for(counted: CountedTransfers, session: str, seconds: int) -> None:
    """Let nothing have come from a session for so long."""
    counted.client.expire(keys.SESSION + session, A_WEEK - seconds)


@pytest.mark.parametrize("later", [-3, 0, 20, 299])
def test_what_another_counted_meanwhile_is_not_counted_again(
    one: Session, two: Session, counted: CountedTransfers, later: float
) -> None:
    """The rest of the batch is; whatever the clocks say, at the bound of two periods as well."""
    one.count("before")
    held = one.batch(*names(0, 5), at=NOW - 1)
    two.count(*names(2, 4), again=True, at=NOW + later)

    one.store(held)

    assert counted.number == 1 + 5


def test_equal_messages_of_whom_none_came_again_count_each(
    one: Session, two: Session, counted: CountedTransfers
) -> None:
    """That others were delivered again changes nothing for them."""
    two.count("other", again=True)

    one.count("a", "a")
    two.count("a")

    assert counted.number == 1 + 3


def test_who_was_silent_for_minutes_asks_the_broker_first(
    one: Session, counted: CountedTransfers
) -> None:
    """It still takes us for who has them, so they count; and not again before the next silence."""
    one.count("before")
    silent_for(counted, "one", 301)
    asked = one.asked

    one.count("a")
    one.count("b")

    assert one.asked == asked + 1
    assert counted.number == 3


def test_who_was_frozen_for_hours_leaves_it_to_others(
    one: Session, two: Session, counted: CountedTransfers
) -> None:
    """By then nobody remembers the ids, so that looking them up would prove nothing."""
    one.count("before")
    held, next_one = one.batch("a"), one.batch("b")
    two.count("a", "b", again=True)
    silent_for(counted, "one", 3 * 3600)
    for key in counted.client.scan_iter(match=keys.PREFIX + "*:2992*"):
        counted.client.delete(key)
    one.is_cut_off = True

    one.store(held, next_one)

    assert counted.number == 1 + 2


def test_who_is_frozen_again_while_it_asks_asks_again(
    one: Session, counted: CountedTransfers
) -> None:
    """An answer from hours ago says nothing."""
    one.count("before")
    silent_for(counted, "one", 3600)
    asked = one.asked

    def freeze() -> None:
        if one.asked == asked + 1:
            silent_for(counted, "one", 3600)
        else:
            one.is_cut_off = True

    one.while_asking = freeze

    one.count("a")

    assert one.asked == asked + 2
    assert counted.number == 1


def test_a_session_is_kept_while_it_is_looked_at(one: Session, counted: CountedTransfers) -> None:
    """Who has nothing to count proves every few seconds that it is not frozen."""
    last = one.batch("a")
    one.store(last)
    silent_for(counted, "one", 250)

    one.store(last.proof())

    assert counted.client.ttl(keys.SESSION + "one") > A_WEEK - 10
    assert counted.number == 1


def test_what_was_acknowledged_and_is_not_there_is_a_loss(
    one: Session, counted: CountedTransfers
) -> None:
    """From the last batch that is there to the last that was acknowledged, and once."""
    one.count("a", at=NOW)
    one.count("b", at=NOW + 1)
    before = counted.client.dump(keys.SESSION + "one")
    one.count("c", at=NOW + 2)
    one.count("d", at=NOW + 9)
    assert isinstance(before, bytes)
    counted.client.restore(keys.SESSION + "one", A_WEEK * 1000, before, replace=True)

    losses = one.count("e", at=NOW + 20)

    assert losses == [Loss("5eed5eed", "transfers", NOW + 1, NOW + 9)]
    assert one.count("f", at=NOW + 21) == []


def test_a_loss_is_found_without_another_transfer(one: Session, counted: CountedTransfers) -> None:
    """By who looks whether all is there still."""
    one.count("a", at=NOW)
    before = counted.client.dump(keys.SESSION + "one")
    last = one.batch("b", at=NOW + 9)
    one.store(last)
    assert isinstance(before, bytes)
    assert one.store(last.proof()) == []
    counted.client.restore(keys.SESSION + "one", A_WEEK * 1000, before, replace=True)

    assert one.store(last.proof()) == [Loss("5eed5eed", "transfers", NOW, NOW + 9)]
    assert one.store(last.proof()) == []


def test_of_a_copy_without_the_session_all_is_missing(
    one: Session, counted: CountedTransfers
) -> None:
    """It is older than the collector."""
    one.count("a", at=NOW)
    one.count("b", at=NOW + 5)
    counted.client.delete(keys.SESSION + "one")

    assert one.count("c", at=NOW + 9) == [Loss("5eed5eed", "transfers", NOW, NOW + 5)]


def test_a_batch_that_is_tried_again_is_no_loss(one: Session, counted: CountedTransfers) -> None:
    """Whether the store had counted it already or not."""
    batch = one.batch("a")

    assert one.store(batch, batch) == []
    assert one.count("b") == []
    assert counted.number == 2
