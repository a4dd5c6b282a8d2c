"""What is in flight, and what ended; against a real store."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.fact import Started
from blinkenlights.kinds.transfer.sums import Delivery
from kinds.transfer.counted import CountedTransfers
from kinds.transfer.counter import MINUTE, NOW, Counter, delivery
from servers.batches import batch_of, transfer_rows
from servers.valkey import Valkey


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
