"""What counts once, what counts twice, and what becomes of time; against a real store."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.errors import StoreError
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.habit import Habit
from blinkenlights.kinds.transfer.sums import Delivery, message_id
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from kinds.transfer.counted import CountedTransfers, Sums
from servers.batches import batch_of, transfer_rows
from servers.faulty import FaultyProxy
from servers.valkey import Valkey

NOW = 1_795_219_200.0
"""A whole day."""
MINUTE, HOUR, DAY = 60, 3600, 86400


class Counter:
    """Counts deliveries as collectors do, at `now`."""

    def __init__(self, url: str) -> None:
        """Take the store at `url`."""
        self.url = url
        self.now = NOW
        self._number = 0

    def batch(self, *deliveries: Delivery, session: str = "one", elsewhere: bool = False) -> Batch:
        """Return a batch that is the next of its session."""
        self._number += 1
        rows = transfer_rows(
            session, self._number, self.now, deliveries, may_be_elsewhere=lambda: elsewhere
        )
        return batch_of(transfers=rows)

    def store(self, *batches: Batch, url: str = "", timeout: float = 5.0) -> None:
        """Store batches, in their order."""

        async def store() -> None:
            writer = StoreWriter(StoreClient(url or self.url, timeout=timeout))
            try:
                for batch in batches:
                    await writer.store(batch)
            finally:
                await writer.close()

        asyncio.run(store())


@pytest.fixture
def counter(valkey: Valkey) -> Counter:
    """Give what counts."""
    return Counter(valkey.url)


@pytest.fixture
def counted(valkey: Valkey) -> Iterator[CountedTransfers]:
    """Give what was counted."""
    with valkey.client(decode_responses=False) as client:
        yield CountedTransfers(client)


def delivery(
    name: str = "a",
    *,
    age: float = 0.0,
    code: int = 201,
    again: bool = False,
    **others: Any,  # noqa: ANN401 - any field
) -> Delivery:
    fields: dict[str, Any] = {"source": "metpx", "client": "alice", "size": 100} | others
    fact = Transfer(
        event=NOW - age, code=code, duration=None, name=name, flow="", message="", **fields
    )
    return Delivery(fact, message_id(name.encode(), "key"), again)


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


@pytest.mark.parametrize("first", ["began", "ended"])
def test_an_end_counts_whenever_it_comes(
    counter: Counter, counted: CountedTransfers, first: str
) -> None:
    """A transfer that is over is not in flight, even when its beginning is heard last."""
    began = [Started(NOW, "metpx", "alice", "node", "1", "file")]
    ended = [delivery(node="node", id="1")]
    batches: list[dict[str, Any]] = [{"started": began}, {"deliveries": ended}]
    if first == "ended":
        batches.reverse()

    counter.store(
        *(
            batch_of(transfers=transfer_rows("one", number, NOW, **each))
            for number, each in enumerate(batches, start=1)
        )
    )

    assert counted.client.zcard(keys.INFLIGHT) == 0
    assert counted.client.hlen(keys.INFLIGHT_FACTS) == 0


def began(*ages: float) -> list[Started]:
    return [Started(NOW - age, "metpx", "alice", "node", "1", "file") for age in ages]


def ended(*ages: float, code: int = 499, **others: Any) -> list[Delivery]:  # noqa: ANN401
    return [delivery(str(age), age=age, code=code, node="node", id="1", **others) for age in ages]


@pytest.mark.parametrize("later", [1, 15 * MINUTE])
def test_a_retry_is_in_flight(counter: Counter, counted: CountedTransfers, later: float) -> None:
    """It begins after the end of the first attempt, and is over with its own end."""
    counter.store(
        batch_of(transfers=transfer_rows("one", 1, NOW, started=began(0))),
        batch_of(transfers=transfer_rows("one", 2, NOW + 10, ended(-10))),
        batch_of(transfers=transfer_rows("one", 3, NOW + 10 + later, started=began(-10 - later))),
    )
    in_flight: Any = counted.client.zrange(keys.INFLIGHT, 0, -1, withscores=True)
    counter.store(
        batch_of(transfers=transfer_rows("one", 4, NOW + 20 + later, ended(-20 - later, code=201)))
    )

    assert in_flight == [(b"node\x001", NOW + 10 + later)]
    assert counted.client.hlen(keys.INFLIGHT_FACTS) == counted.client.zcard(keys.INFLIGHT) == 0


def test_an_end_that_knows_only_when_it_was_posted_ends_what_began_since(
    counter: Counter, counted: CountedTransfers
) -> None:
    """A report without the time of completion tells the earliest time at which it was over."""
    counter.store(
        batch_of(transfers=transfer_rows("one", 1, NOW, started=began(10))),
        batch_of(transfers=transfer_rows("one", 2, NOW, ended(60, is_earliest=True))),
    )

    assert counted.client.zcard(keys.INFLIGHT) == 0


@pytest.mark.parametrize("ahead", [5, 60, 3600])
@pytest.mark.parametrize("again", [1, 30, 500])
def test_a_beginning_by_a_clock_that_is_ahead_comes_again(
    counter: Counter, counted: CountedTransfers, ahead: float, again: float
) -> None:
    """Before its end it is the same; after its end it is over; a retry by that clock is another."""
    end = 10.0

    def store(number: int, at: float, **what: Any) -> list[tuple[bytes, float]]:  # noqa: ANN401
        counter.store(batch_of(transfers=transfer_rows("one", number, NOW + at, **what)))
        found: Any = counted.client.zrange(keys.INFLIGHT, 0, -1, withscores=True)
        return found  # type: ignore[no-any-return]

    begun = began(-ahead)
    assert store(1, 1, started=begun) == [(b"node\x001", NOW + 1)]
    assert store(2, 4, started=begun) == [(b"node\x001", NOW + 1)]
    assert store(3, end, deliveries=ended(-end)) == []
    assert store(4, end + again, started=begun) == []
    assert store(5, end + again, started=began(-ahead - end - again)) == [
        (b"node\x001", NOW + end + again)
    ]
    assert counted.client.hlen(keys.INFLIGHT_AHEAD) == 1
    assert store(6, end + again + 9, deliveries=ended(-end - again - 9 - ahead)) == []
    assert counted.client.hlen(keys.INFLIGHT_AHEAD) == 0


def test_a_beginning_that_comes_after_an_end_by_the_same_clock(
    counter: Counter, counted: CountedTransfers
) -> None:
    """Both are ahead by as much, so it is over."""
    counter.store(
        batch_of(transfers=transfer_rows("one", 1, NOW, ended(-30))),
        batch_of(transfers=transfer_rows("one", 2, NOW + 20, started=began(-15))),
    )

    assert counted.client.zcard(keys.INFLIGHT) == 0


def test_an_end_that_another_version_remembered(
    counter: Counter, counted: CountedTransfers, valkey: Valkey
) -> None:
    """It had no time, so whatever began is over while it is remembered."""
    valkey.client().hset(f"{keys.ENDED}{int(NOW) // 600}", "node\x001", "")

    counter.store(batch_of(transfers=transfer_rows("one", 1, NOW, started=began(0))))

    assert counted.client.zcard(keys.INFLIGHT) == 0


ATTEMPTS = st.lists(
    st.tuples(st.sampled_from(["began", "ended"]), st.integers(0, 30)), min_size=1, max_size=12
)


@given(ATTEMPTS, st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_began_after_the_last_end_is_in_flight(
    counter: Counter,
    counted: CountedTransfers,
    valkey: Valkey,
    attempts: list[tuple[str, int]],
    data: st.DataObject,
) -> None:
    """In any order, in any batches and however often; at the same moment the end wins."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    order = data.draw(st.permutations(attempts + data.draw(st.lists(st.sampled_from(attempts)))))
    cut = data.draw(st.integers(0, len(order)))

    counter.store(
        *(
            batch_of(
                transfers=transfer_rows(
                    "one",
                    number,
                    NOW,
                    ended(*(age for what, age in part if what == "ended")),
                    started=began(*(age for what, age in part if what == "began")),
                )
            )
            for number, part in enumerate((order[:cut], order[cut:]), start=1)
        )
    )

    begun = min((age for what, age in attempts if what == "began"), default=None)
    over = min((age for what, age in attempts if what == "ended"), default=31)
    flying = begun is not None and begun < over
    in_flight: Any = counted.client.zrange(keys.INFLIGHT, 0, -1, withscores=True)
    assert in_flight == ([(b"node\x001", NOW - begun)] if flying and begun is not None else [])
    assert counted.client.hlen(keys.INFLIGHT_FACTS) == int(flying)
