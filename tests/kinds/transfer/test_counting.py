"""What counts once, what counts twice, and in which minute; against a real store."""

from collections.abc import Callable
from typing import Any

import pytest

from blinkenlights.errors import StoreError
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.habit import Habit
from kinds.transfer.counted import CountedTransfers, Sums
from kinds.transfer.counter import DAY, HOUR, MINUTE, NOW, Counter, delivery
from servers.faulty import FaultyProxy
from servers.valkey import Valkey


def test_a_batch_that_is_tried_again_after_a_timeout_counts_once(
    counter: Counter,
    counted: CountedTransfers,
    valkey: Valkey,
    faulty_proxy: Callable[[int], FaultyProxy],
) -> None:
    """The store had taken it, and only the answer was lost."""
    proxy = faulty_proxy(valkey.port)
    counter.store(counter.batch(delivery("before")))
    batch = counter.batch(delivery("a"), delivery("b"))
    proxy.delay(0.6)
    with pytest.raises(StoreError):
        counter.store(batch, url=proxy.url, timeout=0.9)
    proxy.heal()

    counter.store(batch, batch)

    assert counted.total == Sums(3, 0, 300, 0)


def test_identical_messages_published_twice_count_twice(
    counter: Counter, counted: CountedTransfers
) -> None:
    """In one batch or in two: a client may fetch the same file again."""
    counter.store(counter.batch(delivery(), delivery()), counter.batch(delivery()))

    assert counted.total.good == 3


def test_of_identical_messages_one_that_comes_again_may_be_missed_and_none_counts_twice(
    counter: Counter, counted: CountedTransfers
) -> None:
    """One of two was counted when the connection broke: which, nobody knows. Neither was: both."""
    counter.store(counter.batch(delivery("a")))

    counter.store(
        counter.batch(delivery("a", again=True), delivery("a", again=True)),
        counter.batch(delivery("b", again=True), delivery("b", again=True)),
    )

    assert counted.total.good == 1 + 2


@pytest.mark.parametrize("later", [0, 60, 599])
def test_a_message_delivered_again_counts_once(
    counter: Counter, counted: CountedTransfers, later: float
) -> None:
    """Another collector counted it, and died before it could say so."""
    counter.store(counter.batch(delivery("a")))
    counter.now += later

    counter.store(
        counter.batch(delivery("a", again=True), delivery("b", again=True), session="two"),
        counter.batch(delivery("b", again=True), session="three"),
    )

    assert counted.total.good == 2


def test_a_batch_that_another_may_have_counted_is_compared(
    counter: Counter, counted: CountedTransfers
) -> None:
    """The connection was lost while the store was away, and both collectors store at last."""
    counter.store(counter.batch(delivery("a", again=True), session="two"))

    counter.store(counter.batch(delivery("a"), delivery("b"), elsewhere=True))

    assert counted.total.good == 2


def test_a_batch_may_hold_thousands_of_clients(counter: Counter, counted: CountedTransfers) -> None:
    """What a script may pass to one call is bounded; what it is given is not."""
    clients = [f"client {number}" for number in range(9_000)]
    bad = set(clients[::3])

    for code, who in ((201, clients), (503, bad)):
        counter.store(
            counter.batch(
                *(delivery(each, client=each, code=code, node="node", id=each) for each in who)
            )
        )

    assert counted.by("client") == {
        each: Sums(1, int(each in bad), 100, 100 * (each in bad)) for each in clients
    }
    assert counted.by("pair") == {
        f"{client}\0metpx": sums for client, sums in counted.by("client").items()
    }
    assert counted.total == Sums(9_000, 3_000, 900_000, 300_000)
    assert counted.client.zcount(keys.GOOD + "client", NOW, NOW) == 9_000
    assert counted.client.zcount(keys.BAD + "client", NOW, NOW) == 3_000


def test_a_late_report_is_in_the_totals_and_not_in_the_history(
    counter: Counter, counted: CountedTransfers
) -> None:
    """The history by the minute reaches back a day."""
    counter.store(counter.batch(delivery("a", age=2 * DAY), delivery("b", age=DAY)))

    assert counted.by("client") == {"alice": Sums(2, 0, 200, 0)}
    assert counted.history("client", "alice") == {
        f"m{int(NOW - DAY) // MINUTE}": Sums(1, 0, 100, 0)
    }


def test_one_from_the_future_counts_as_now(counter: Counter, counted: CountedTransfers) -> None:
    """A wrong clock must not hide that nothing came since."""
    counter.store(counter.batch(delivery(age=-DAY)))

    assert set(counted.history("all", "all")) == {f"m{int(NOW) // MINUTE}"}
    assert counted.client.zscore(keys.GOOD + "client", "alice") == NOW


def test_a_collector_whose_clock_was_ahead_hides_nobodys_silence(
    counter: Counter, counted: CountedTransfers
) -> None:
    """What it stored an hour ahead gives way to the client's next transfer."""
    counter.now = NOW + 3600
    counter.store(
        counter.batch(delivery("one", age=-3600), delivery("two", age=-3600, client="bob")),
        counter.batch(delivery("three", age=-3590, code=503)),
    )
    counter.now = NOW
    counter.store(counter.batch(delivery("four"), delivery("five", code=503)))

    good: Any = counted.client.zrange(keys.GOOD + "client", 0, -1, withscores=True)
    assert dict(good) == {b"alice": NOW, b"bob": NOW + 3600}
    assert counted.client.zscore(keys.BAD + "client", "alice") == NOW
    packed = counted.client.hget(keys.COUNTS + "client", "alice")
    assert isinstance(packed, bytes)
    assert keys.parse_counts(packed).habit == Habit(NOW, NOW, [])
    assert keys.parse_counts(packed).good == 2


def test_a_client_with_bad_ones_only_is_at_zero(
    counter: Counter, counted: CountedTransfers
) -> None:
    """It is known, and never had a good transfer."""
    counter.store(counter.batch(delivery(code=503)))

    assert counted.total == Sums(0, 1, 0, 100)
    assert counted.client.zscore(keys.GOOD + "client", "alice") == 0
    assert counted.client.zscore(keys.BAD + "client", "alice") == NOW


def test_the_newest_good_one_wins_whatever_the_order(
    counter: Counter, counted: CountedTransfers
) -> None:
    """A backlog does not make a client look idle."""
    counter.store(counter.batch(delivery("new", age=10)), counter.batch(delivery("old", age=500)))

    assert counted.client.zscore(keys.GOOD + "client", "alice") == NOW - 10
    packed = counted.client.hget(keys.COUNTS + "client", "alice")
    assert isinstance(packed, bytes)
    pauses = [(int(NOW) - 500, int(NOW) - 10)]
    assert keys.parse_counts(packed).habit == Habit(NOW - 500, NOW - 10, pauses)


def test_quarters_become_hours_after_a_day_and_are_dropped_after_a_month(
    counter: Counter, counted: CountedTransfers
) -> None:
    """Nothing is lost when they are folded."""
    minutes = [0, 1, 14, 15, 59, 60, 125]
    for minute in minutes:
        counter.now = NOW + minute * MINUTE
        counter.store(counter.batch(delivery(str(minute), age=-minute * MINUTE, size=2**33)))
    hour = int(NOW) // HOUR

    counter.now = NOW + 2 * DAY
    counter.store(counter.batch(delivery("wakes", age=-2 * DAY)))
    folded = counted.history("client", "alice")
    counter.now = NOW + 40 * DAY
    counter.store(counter.batch(delivery("wakes again", age=-40 * DAY)))

    assert folded == {
        f"h{hour}": Sums(5, 0, 5 * 2**33, 0),
        f"h{hour + 1}": Sums(1, 0, 2**33, 0),
        f"h{hour + 2}": Sums(1, 0, 2**33, 0),
        f"m{int(NOW + 2 * DAY) // MINUTE}": Sums(1, 0, 100, 0),
    }
    assert set(counted.history("client", "alice")) == {f"m{int(NOW + 40 * DAY) // MINUTE}"}
    assert counted.total.good == len(minutes) + 2
