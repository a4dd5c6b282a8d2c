"""Storing heartbeats: the newest wins, in whatever order and however often they come."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.kinds.heartbeat import keys
from servers.batches import Beat, batch_of
from servers.simulation import NOW, SOCKET, Simulation
from servers.valkey import Valkey


def facts(valkey: Valkey, component: str) -> keys.Facts:
    text = valkey.client().hget(keys.FACTS, component)
    assert isinstance(text, str)
    return keys.parse_facts(text)


def contents(valkey: Valkey) -> dict[str, Any]:
    """Return everything that judgements come from; instances in no order."""
    client = valkey.client()
    known: Any = client.hgetall(keys.FACTS)
    intervals: Any = client.smembers(keys.INTERVALS)
    parsed = {name: keys.parse_facts(text) for name, text in known.items()}
    sets = {
        key: client.zrange(f"{keys.SEEN_BY_INTERVAL}{key}", 0, -1, withscores=True)
        for key in intervals
    }
    return {
        "facts": {
            name: one._replace(instances=sorted(one.instances)) for name, one in parsed.items()
        },
        "seen": {key: members for key, members in sets.items() if members},
        "skewed": client.zrange(keys.SKEWED, 0, -1, withscores=True),
        "status": client.hgetall(keys.STATUS),
        "trouble": client.zrange(keys.TROUBLE, 0, -1, withscores=True),
    }


def test_a_heartbeat_is_stored(simulation: Simulation, valkey: Valkey) -> None:
    """Its time is a score, and what it says is kept beside it."""
    simulation.beat("x", age=5, received=4, instance="uuid-1", extras='{"depth":7}', interval=10)

    stored = facts(valkey, "x")
    assert stored[:3] == (NOW - 5, 10, NOW - 4)
    assert stored.instances == [keys.Instance(NOW - 5, NOW - 5, NOW - 5, 0.0, "uuid-1")]
    assert stored.extras == '{"depth":7}'
    assert valkey.client().zscore(keys.SEEN_BY_INTERVAL + "10", "x") == NOW - 5
    assert valkey.client().smembers(keys.INTERVALS) == {"10"}


def test_an_old_heartbeat_changes_nothing(simulation: Simulation, valkey: Valkey) -> None:
    """What arrives late is older than what is known."""
    simulation.beat("x", age=10, extras='{"n":2}')
    before = contents(valkey)

    simulation.beat("x", age=70, live=False, received=0, extras='{"n":1}')

    assert contents(valkey)["seen"] == before["seen"]
    assert facts(valkey, "x").extras == '{"n":2}'


def test_a_repeated_heartbeat_changes_nothing(simulation: Simulation, valkey: Valkey) -> None:
    """A message that comes again, at another time and from another source, is no new life."""
    simulation.beat("x", age=100)
    before = contents(valkey)

    simulation.beat("x", age=100, received=0, live=False, source=SOCKET)

    assert contents(valkey) == before


def test_milliseconds_are_kept(simulation: Simulation, valkey: Valkey) -> None:
    """Two heartbeats within one second are told apart."""
    simulation.beat("x", age=0.25)
    simulation.beat("x", age=0.125)

    assert valkey.client().zscore(keys.SEEN_BY_INTERVAL + "60", "x") == NOW - 0.125


def test_far_apart_times_compare_as_numbers(simulation: Simulation, valkey: Valkey) -> None:
    """Times of any size are compared as numbers: 9 seconds after 1970 is before 10."""
    simulation.beat("x", age=NOW - 10, received=0, live=False)
    simulation.beat("x", age=NOW - 9, received=0, live=False)

    assert valkey.client().zscore(keys.SEEN_BY_INTERVAL + "60", "x") == 10.0


def test_names_of_every_kind(simulation: Simulation, valkey: Valkey) -> None:
    """Names are data: blanks, braces, quotes and other scripts come back as they went in."""
    names = ["a b", "{x}", "'", '"', "%s", "é" * 127, "日本", "*", "[a]", "seen:60", "x" * 255]

    simulation.store(*(simulation.heartbeat(name, instance=f"i {name}"[:255]) for name in names))

    stored = contents(valkey)["facts"]
    assert stored.keys() == set(names)
    assert all(stored[name].instances[0].name == f"i {name}"[:255] for name in names)


def test_one_batch_holds_many(simulation: Simulation, valkey: Valkey) -> None:
    """A batch of 500 for 500 components is one round trip and stores them all."""
    simulation.store(*(simulation.heartbeat(f"c{number}") for number in range(500)))

    assert valkey.client().zcard(keys.SEEN_BY_INTERVAL + "60") == 500


def test_an_empty_batch_is_nothing(simulation: Simulation, valkey: Valkey) -> None:
    """Storing nothing is allowed, and stores nothing."""
    before = valkey.client().dbsize()

    simulation.run(simulation.writer.store(batch_of()))

    assert valkey.client().dbsize() == before


def test_a_new_interval_moves_the_component(simulation: Simulation, valkey: Valkey) -> None:
    """A component is in one sorted set only: that of the interval in its newest heartbeat."""
    simulation.beat("x", age=20, interval=60)
    simulation.beat("x", age=10, interval=3600)

    assert contents(valkey)["seen"] == {"3600": [("x", NOW - 10)]}

    simulation.beat("x", age=15, interval=60)

    assert contents(valkey)["seen"] == {"3600": [("x", NOW - 10)]}


def test_another_instances_older_word_does_not_count(
    simulation: Simulation, valkey: Valkey
) -> None:
    """The further keys are those of the newest heartbeat, whichever instance sent it."""
    simulation.beat("x", age=10, instance="a", extras='{"from":"a"}')
    simulation.beat("x", age=20, instance="b", extras='{"from":"b"}')

    stored = facts(valkey, "x")
    assert stored.extras == '{"from":"a"}'
    assert {one.name for one in stored.instances} == {"a", "b"}


SECONDS = st.integers(0, 600)
ROWS = st.lists(
    st.tuples(st.sampled_from("xyz"), SECONDS, st.sampled_from([10, 60]), st.sampled_from("ab")),
    min_size=1,
    max_size=12,
    # Two heartbeats of one component at the very same time say nothing of their order.
    unique_by=lambda row: (row[0], row[1]),
)


@given(ROWS, st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_and_repetition_do_not_matter(
    simulation: Simulation,
    valkey: Valkey,
    rows: list[tuple[str, int, int, str]],
    data: st.DataObject,
) -> None:
    """Any permutation with any repetitions, in any batches, live or draining, gives one store."""

    def store(beats: list[Beat]) -> dict[str, Any]:
        valkey.empty()
        cuts = data.draw(st.lists(st.integers(0, len(beats)), max_size=2).map(sorted))
        for start, end in zip([0, *cuts], [*cuts, len(beats)], strict=True):
            simulation.store(*beats[start:end])
        return contents(valkey)

    beats = [
        simulation.heartbeat(
            name, age=age, received=age / 2, interval=interval, instance=instance, live=False
        )
        for name, age, interval, instance in rows
    ]
    once = store(sorted(beats, key=lambda beat: beat.fact.event))
    again = data.draw(st.permutations(beats + data.draw(st.lists(st.sampled_from(beats)))))

    assert store(list(again)) == once


REPORTS = st.lists(
    st.tuples(SECONDS, st.sampled_from(["ok", "degraded", "down"])),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


@given(REPORTS, st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_newest_health_report_wins(
    simulation: Simulation,
    valkey: Valkey,
    reports: list[tuple[int, str]],
    data: st.DataObject,
) -> None:
    """Whatever the order, the newest health report is the one that holds."""
    valkey.empty()
    beats = [simulation.heartbeat("x", age=age, interval=0, status=word) for age, word in reports]

    for beat in data.draw(st.permutations(beats)):
        simulation.store(beat)

    newest = min(reports)
    status: Any = valkey.client().hget(keys.STATUS, "x")
    assert keys.parse_status(status).status == newest[1]
    assert valkey.client().zcard(keys.TROUBLE) == (newest[1] != "ok")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_health_report_beside_heartbeats(
    simulation: Simulation, valkey: Valkey, order: tuple[int, int]
) -> None:
    """A component that beats is judged by its beats, whichever came first, report or beat."""
    both = [
        simulation.heartbeat("x", age=10),
        simulation.heartbeat("x", age=5, interval=0, status="ok"),
    ]

    for index in order:
        simulation.store(both[index])

    assert contents(valkey)["seen"] == {"60": [("x", NOW - 10)]}
