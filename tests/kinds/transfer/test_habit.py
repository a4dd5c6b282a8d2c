"""The habit of a client: learnt from its pauses, whatever the order, and seldom wrong."""

import asyncio
import struct
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.habit import KEPT, PATIENCE, SHORTEST, Habit
from blinkenlights.kinds.transfer.sums import Delivery, message_id
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from kinds.transfer import arrivals
from kinds.transfer.arrivals import DAY, HOUR, KINDS, Learner, watch
from servers.batches import batch_of, transfer_rows
from servers.valkey import Valkey

NOW = 1_795_219_200.0
MEMORY = 90 * DAY

Store = Callable[[Sequence[Sequence[float]]], None]


@pytest.fixture
def store(valkey: Valkey) -> Store:
    """Give a function that stores batches of reports of such times."""

    def run(batches: Sequence[Sequence[float]]) -> None:
        async def work() -> None:
            writer = StoreWriter(StoreClient(valkey.url))
            for number, times in enumerate(batches, start=1):
                reports = [
                    Delivery(
                        Transfer(time, "metpx", "alice", 201, 1, None, "", "", ""),
                        message_id(f"{number} {place}".encode(), ""),
                        again=False,
                    )
                    for place, time in enumerate(times)
                ]
                await writer.store(batch_of(transfers=transfer_rows("one", number, NOW, reports)))
            await writer.close()

        asyncio.run(work())

    return run


def habit(valkey: Valkey, scope: str = "client", name: str = "alice") -> Habit:
    with valkey.client(decode_responses=False) as client:
        packed = client.hget(keys.COUNTS + scope, name)
    assert isinstance(packed, bytes)
    found = keys.parse_counts(packed).habit
    assert found is not None
    return found


def learnt(times: Sequence[float]) -> Habit:
    learner = Learner()
    for time in sorted(times):
        learner.take(time)
    assert learner.habit is not None
    return learner.habit


def overdue(valkey: Valkey) -> float | None:
    return valkey.client().zscore(keys.OVERDUE + "client", "alice")


TIMES = st.lists(
    st.one_of(st.integers(0, 30), st.integers(0, 2000), st.integers(0, int(MEMORY))),
    min_size=1,
    max_size=KEPT + 1,
).map(lambda ages: [NOW - age for age in ages])


@given(TIMES, st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_and_batches_do_not_matter(
    store: Store, valkey: Valkey, times: list[float], data: st.DataObject
) -> None:
    """Two collectors that store what they have in any order learn the same as one."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    order = data.draw(st.permutations(times))
    cuts = data.draw(st.lists(st.integers(0, len(order)), max_size=6).map(sorted))

    store(
        [
            order[start:end]
            for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)
            if start < end
        ]
    )

    expected = learnt(times)
    assert habit(valkey) == habit(valkey, "source", "metpx") == expected
    usual = expected.usual_pause
    assert overdue(valkey) == (expected.last + PATIENCE * usual if usual else None)


@given(
    st.lists(st.integers(1, 4000), min_size=KEPT, max_size=120),
    st.sampled_from([1, 60, 20_000]),
    st.integers(1, 30),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_pauses(store: Store, valkey: Valkey, gaps: list[int], unit: int, size: int) -> None:
    """The longest of 90 days are kept, and no more; both programs see one habit in them."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    times = [NOW]
    for gap in gaps:
        times.insert(0, times[0] - gap * unit)
    times = [time for time in times if time > 0]

    store([times[start : start + size] for start in range(0, len(times), size)])

    expected = learnt(times)
    kept = habit(valkey)
    assert len(kept.pauses) <= KEPT
    if times[0] > NOW - MEMORY:
        assert kept == expected
    usual = kept.usual_pause
    assert overdue(valkey) == (kept.last + PATIENCE * usual if usual else None)


@pytest.mark.parametrize("kind", ["hourly", "poisson"])
def test_two_collectors_that_share_a_backlog(store: Store, valkey: Valkey, kind: str) -> None:
    """Each has every other report; what looked like a pause to one of them is none.

    More pauses than are kept are in doubt at once here, so it is exact to their jitter only.
    """
    chance = arrivals.seeded(7)
    reports = (
        arrivals.every(chance, HOUR, 60) if kind == "hourly" else arrivals.poisson(chance, HOUR)
    )
    times = [next(reports) for _ in range(400)]
    times = [NOW - times[-1] + time for time in times]

    store([times[::2], times[1::2]])

    usual, true = habit(valkey).usual_pause, learnt(times).usual_pause
    assert usual is not None
    assert true is not None
    assert 0.9 * true <= usual <= true


def test_counts_of_another_version(store: Store, valkey: Valkey) -> None:
    """The times of the last ten good transfers stood there; they give way to the habit."""
    old = struct.pack("<5Q10d", 12, 0, 9, 0, 12, *[NOW - age for age in range(900, 890, -1)])
    unread = keys.parse_counts(old).habit
    valkey.client().hset(keys.COUNTS + "client", "alice", old)

    store([[NOW - 100]])

    assert unread is None
    assert habit(valkey) == Habit(NOW - 100, NOW - 100, [])


@pytest.mark.parametrize(
    ("ages", "usual"),
    [
        pytest.param([0], None, id="one"),
        pytest.param([0, 3600], None, id="two"),
        pytest.param([*range(0, 600, 10)], None, id="one-burst"),
        pytest.param([*range(0, 1300, 10)], SHORTEST, id="steady"),
        pytest.param([0, 3600, 7200, 10800], None, id="three-pauses"),
        pytest.param([0, 3600, 7200, 10800, 14400], 3600, id="four-pauses"),
        pytest.param([0, 3600, 7200, 10800, 16000], None, id="four-unlike-ones"),
        pytest.param([0, 60, 120, 180, 240], 60, id="minutes"),
    ],
)
def test_what_is_a_habit(ages: list[int], usual: int | None) -> None:
    """Four pauses that are alike, or twenty minutes without any; never one burst."""
    assert learnt([NOW - age for age in ages]).usual_pause == usual


WELL = [
    ("20 within 2 s, once a minute", 1),
    ("10 within 20 s, every 15 minutes", 1),
    ("hourly, give or take 5 minutes", 5),
    ("daily, give or take 15 minutes", 10),
    ("weekly, give or take an hour", 20),
    ("Poisson, every hour", 10),
    ("Poisson, every day", 30),
    ("lognormal (1), every hour", 10),
]


@pytest.mark.parametrize(("name", "clients"), WELL)
def test_seldom_wrong_and_soon_right(name: str, clients: int) -> None:
    """At most one false alarm in ten months of a client, and a stop is found in two usual pauses.

    The longest of the month before stands here for the longest of 90 days, which is usual.
    """
    months = 1 if clients == 1 else 6
    each = [watch(KINDS[name].arrivals(arrivals.seeded(n)), months) for n in range(clients)]

    assert all(one.known is not None for one in each)
    assert sum(len(one.alarms) for one in each) / clients / months <= 0.1
    ratios = sorted(limit / longest for one in each for limit, longest in one.limits)
    assert ratios[len(ratios) // 2] <= PATIENCE * 1.35
