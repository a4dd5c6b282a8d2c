"""Who is late: asked from the store by spans of time, it is as if each were judged."""

from collections.abc import Iterator
from math import inf

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.lateness import Limits
from blinkenlights.kinds.heartbeat.selection import Selection
from blinkenlights.kinds.heartbeat.survey import survey
from blinkenlights.plugin.horizon import read_horizon
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Warn
from blinkenlights.plugin.ranges import age_range
from blinkenlights.store import sets
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.simulation import Simulation
from servers.valkey import Valkey

NOW = 1_790_000_000.0


def limits_of(warning: str | None, critical: str | None) -> Limits:
    return Limits(*(None if one is None else age_range(one) for one in (warning, critical)))


@pytest.mark.parametrize(
    ("interval", "age", "state"),
    [
        (60, 0, Ok),
        (60, 90, Ok),
        (60, 90.001, Warn),
        (60, 120, Warn),
        (60, 120.001, Critical),
        (60, -300, Ok),
        (3600, 5400, Ok),
        (3600, 7200, Warn),
        (3600, 7201, Critical),
        (1, 1.6, Warn),
        (0, 1e9, Ok),
    ],
)
def test_the_limits_of_an_interval(interval: int, age: float, state: ServiceState) -> None:
    """Late after one and a half intervals, silent after two; reports on change are never late."""
    assert Limits().state(age, interval) is state


@pytest.mark.parametrize(
    ("warning", "critical", "age", "state"),
    [
        ("5m", "10m", 299, Ok),
        ("5m", "10m", 301, Warn),
        ("5m", "10m", 601, Critical),
        ("5m", None, 1e6, Warn),
        (None, "5m", 299, Ok),
        (None, "5m", 301, Critical),
        ("30s:", None, 10, Warn),
        ("@1h:2h", None, 5400, Warn),
        ("@1h:2h", None, 60, Ok),
        ("0", None, -5, Ok),
    ],
)
def test_given_limits_hold_for_all(
    warning: str | None, critical: str | None, age: float, state: ServiceState
) -> None:
    """Thresholds that are given replace those of the interval; no threshold is no alert."""
    limits = limits_of(warning, critical)

    assert limits.state(age, 60) is state
    assert limits.state(age, 3600) is state
    assert limits.state(age, 0) is Ok


@pytest.mark.parametrize(
    ("warning", "critical", "patience"),
    [
        (None, None, 120),
        ("5m", None, 300),
        ("5m", "10m", 600),
        (None, "10m", 600),
        ("30s:", None, inf),
        ("@1h:2h", None, 3600),
    ],
)
def test_patience(warning: str | None, critical: str | None, patience: float) -> None:
    """Somebody lives until the last limit there is."""
    limits = limits_of(warning, critical)

    assert limits.patience(60) == patience


@pytest.mark.parametrize(
    ("warning", "critical", "late", "silent"),
    [
        (None, None, "1m 30s", "2m"),
        ("5m", None, "5m", "5m"),
        (None, "10m", "10m", "10m"),
        ("5m", "10m", "5m", "10m"),
        ("30s:10m", None, "30s to 10m", "30s to 10m"),
        ("@1h:2h", "1d", "not 1h to 2h", "1d"),
        ("0:", "0:", "", ""),
        ("30s:", None, "at least 30s", "at least 30s"),
    ],
)
def test_limits_in_words(warning: str | None, critical: str | None, late: str, silent: str) -> None:
    """A limit is said as a duration, without the characters that cores strip."""
    limits = limits_of(warning, critical)

    assert (limits.words(Warn, 60), limits.words(Critical, 60)) == (late, silent)


@pytest.fixture
def store(valkey: Valkey) -> Iterator[StoreReader]:
    """Give the checks' own client."""
    with StoreReader(parse_address(valkey.url), 5) as reader:
        yield reader


AGES = st.lists(
    st.tuples(
        st.sampled_from([0, 10, 60, 3600]),
        st.sampled_from([0, 15, 20, 89, 90, 91, 119, 120, 121, 300, 5400, 7200, 7201])
        | st.integers(-200, 10_000)
        | st.floats(0, 300, width=16),
    ),
    max_size=12,
)
RANGES = st.sampled_from(
    [None, "90", "120", "0", "5m", "30s:", "30s:10m", "@60:120", "@0:60", "@2m:", "~:90", "0:",
     "0.5", "@~:60", "60:60"]
)  # fmt: skip


@given(AGES, RANGES, RANGES)
@example([(60, 90), (60, 120), (3600, 5400)], None, None)
@example([(60, 60), (60, 120), (10, 119)], "@60:120", "120")
@example([(60, 30), (60, 600), (60, 29)], "30s:", "30s:10m")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_in_the_store_is_judging_each(
    store: StoreReader,
    valkey: Valkey,
    ages: list[tuple[int, float]],
    warning: str | None,
    critical: str | None,
) -> None:
    """Counts by ranges of scores give the same as looking at every component."""
    limits = limits_of(warning, critical)
    # The store keeps milliseconds.
    ages = [(interval, round(age, 3)) for interval, age in ages]
    client = valkey.client()
    client.flushall()
    for number, (interval, age) in enumerate(ages):
        client.zadd(f"{keys.SEEN_BY_INTERVAL}{interval}", {f"c{number}": NOW - age})
    intervals = sorted({interval for interval, _ in ages})

    found = heartbeats.flagged(store, intervals, limits.spans(NOW, NOW + 1000), NOW + 1000)

    states = {f"c{n}": limits.state(age, interval) for n, (interval, age) in enumerate(ages)}
    listed = {one.component: limits.state(NOW - one.seen, one.interval) for one in found.listed}
    assert found.total == len(ages)
    assert {name for name, state in listed.items() if state is not Ok} == {
        name for name, state in states.items() if state is not Ok
    }
    assert found.silent == list(states.values()).count(Critical)
    assert found.oldest is None or found.oldest.seen == min(
        NOW - age for interval, age in ages if interval
    )


def test_more_than_can_be_listed_are_counted(
    simulation: Simulation, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many late components the oldest are listed, and the others are counted."""
    monkeypatch.setattr(sets, "MOST_LISTED", 5)
    client = valkey.client()
    for number in range(20):
        age = 1000 - number if number < 12 else 100
        client.zadd(keys.SEEN_BY_INTERVAL + "60", {f"c{number}": simulation.now - age})
    client.zadd(keys.SEEN_BY_INTERVAL + "60", {"alive": simulation.now})
    client.sadd(keys.INTERVALS, "60")

    said = simulation.heartbeats()

    assert said.summary.startswith(
        "12 of 21 components silent: c0 (16m 40s), c1 (16m 39s), c2 (16m 38s) and 9 more, limit 2m"
    )
    assert "8 of 21 components late: 8 of them" in said.summary
    assert [said.number(name) for name in ("total", "alive", "late", "silent")] == [21, 1, 8, 12]


def test_an_empty_selection_asks_for_everything(simulation: Simulation, store: StoreReader) -> None:
    """Without a selection nobody is looked at one by one, and the counts are the same."""
    for number in range(5):
        simulation.beat(f"c{number}", age=number * 40)
    replies = store.ask(*heartbeats.COMMANDS)
    census = heartbeats.read_census(replies)
    here = read_horizon([[], [], None], simulation.now, None)._replace(judged_at=simulation.now)

    everything = survey(store, census, here, Limits(), Selection())
    each = survey(store, census, here, Limits(), Selection(names=["*"]))

    assert everything._replace(oldest=None) == each._replace(oldest=None, on_time=[])
    assert Selection().is_everything
    assert not Selection(names=["*"]).is_everything
