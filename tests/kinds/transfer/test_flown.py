"""What was in flight at any moment of the last hour, in a real store, in any order of messages."""

import asyncio
import json
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blinkenlights.cli import main
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.inflight.flown import Past, in_flight_at
from blinkenlights.kinds.transfer.sums import Delivery
from blinkenlights.store.address import parse_address
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.writer import StoreWriter
from servers.batches import batch_of, transfer_rows
from servers.valkey import Valkey

NOW = 1_795_219_200.0
HOUR = 3600.0


def began(ago: float, node: str = "node", own_id: str = "1", now: float = NOW) -> Started:
    return Started(now - ago, "metpx", "alice", node, own_id, f"file {own_id}")


def over(ago: float, node: str = "node", own_id: str = "1", now: float = NOW) -> Delivery:
    fact = Transfer(
        now - ago, "metpx", "alice", 201, 0, None, f"file {own_id}", "", "", node, own_id
    )
    return Delivery(fact, f"{node}{own_id}{ago}", again=False)


def store(url: str, *parts: Sequence[Started | Delivery], now: float = NOW) -> None:
    """Store some batches, one after the other."""

    async def write() -> None:
        writer = StoreWriter(StoreClient(url))
        try:
            for number, part in enumerate(parts, start=1):
                rows = transfer_rows(
                    f"{time.monotonic_ns()}",
                    number,
                    now,
                    [each for each in part if isinstance(each, Delivery)],
                    started=[each for each in part if isinstance(each, Started)],
                )
                await writer.store(batch_of(transfers=rows))
        finally:
            await writer.close()

    asyncio.run(write())


def at(url: str, ago: float, *nodes: str, now: float = NOW) -> Past:
    """Return what was in flight so many seconds ago."""
    with StoreReader(parse_address(url), 5.0) as reader:
        return in_flight_at(reader, now - ago, now, nodes)


def names(past: Past) -> list[str]:
    return [f"{one.node} {one.id}" for one in past.flown]


def test_it_is_told_node_by_node_and_oldest_first(valkey: Valkey) -> None:
    """What began later, or was over by then, is not in it; what is not over is in it as well."""
    store(
        valkey.url,
        [began(500, "b", "1"), began(900, "b", "2"), began(700, "a", "3"), began(100, "a", "4")],
        [over(300, "b", "1"), over(650, "a", "3")],
    )

    assert names(at(valkey.url, 800)) == ["b 2"]
    assert names(at(valkey.url, 660)) == ["a 3", "b 2"]
    assert names(at(valkey.url, 400)) == ["b 2", "b 1"]
    assert names(at(valkey.url, 400, "a*")) == []
    assert names(at(valkey.url, 0)) == ["a 4", "b 2"]
    [first, _] = at(valkey.url, 400).flown
    assert (first.name, first.client, first.source) == ("file 2", "alice", "metpx")
    assert (first.began, first.over) == (NOW - 900, None)


ATTEMPTS = st.lists(st.integers(1, 40), min_size=2, max_size=8, unique=True)


@given(ATTEMPTS, st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_and_however_often(
    valkey: Valkey, moments: list[int], data: st.DataObject
) -> None:
    """Attempts that follow one another are each in flight from their beginning to their end."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    ordered = sorted(moments, reverse=True)
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    messages = [each for start, end in spans for each in (began(start), over(end))]
    # Each attempt of a name comes whole, the next after it: what is mixed up is its own two.
    parts: list[list[Started | Delivery]] = []
    for index in range(0, len(messages), 2):
        pair = messages[index : index + 2]
        again = data.draw(st.lists(st.sampled_from(pair), max_size=2))
        parts.extend([each] for each in data.draw(st.permutations(pair + again)))

    store(valkey.url, *parts)

    for ago in range(42):
        flying = any(start >= ago > end for start, end in spans)
        assert len(at(valkey.url, ago).flown) == int(flying), (ago, spans)


@given(ATTEMPTS, st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_beginnings_that_come_after_all_ends(
    valkey: Valkey, moments: list[int], data: st.DataObject
) -> None:
    """Each of up to four attempts was in flight until its own end, and not until the last one."""
    valkey.client().delete(*valkey.client().keys() or ["nothing"])
    ordered = sorted(moments, reverse=True)
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    ends = data.draw(st.permutations([over(end) for _, end in spans]))
    begins = data.draw(st.permutations([began(start) for start, _ in spans]))
    is_one_batch = data.draw(st.booleans())

    store(valkey.url, *([[*ends, *begins]] if is_one_batch else [[each] for each in ends + begins]))

    for ago in range(42):
        flying = any(start >= ago > end for start, end in spans)
        assert len(at(valkey.url, ago).flown) == int(flying), (ago, spans)


@pytest.mark.parametrize("ahead", [5, 60])
@pytest.mark.parametrize("again", [4, 20])
def test_a_clock_that_is_ahead_makes_no_second_transfer(
    valkey: Valkey, ahead: float, again: float
) -> None:
    """Whenever its beginning comes again, it was in flight once, since it came first."""
    url, begun = valkey.url, began(-ahead)
    store(url, [begun], now=NOW + 1)
    if again == 4:
        store(url, [begun], now=NOW + 4)
    store(url, [over(-10)], now=NOW + 10)
    if again == 20:
        store(url, [begun], now=NOW + 20)

    found = [[one.began - NOW for one in at(url, -after).flown] for after in (0, 2, 7, 15, 30)]

    assert found == [[], [1], [1], [], []]


def test_what_is_older_than_is_kept_is_not_known(valkey: Valkey) -> None:
    """An hour, unless something else is configured; what ended before is forgotten."""
    store(valkey.url, [began(2 * HOUR), over(1.5 * HOUR)], now=NOW - 1.4 * HOUR)
    store(valkey.url, [began(600, own_id="2")], [over(60, own_id="2")])

    past = at(valkey.url, 300)

    assert past.since == NOW - HOUR
    assert valkey.client().zcard(keys.FLOWN) == 1


def test_before_anybody_told_nothing_is_known(valkey: Valkey) -> None:
    """The first beginning or end says from when on all of them are there."""
    assert at(valkey.url, 0).since is None

    store(valkey.url, [began(600)])

    assert at(valkey.url, 0).since == NOW


def test_of_very_many_the_newest_stay(valkey: Valkey) -> None:
    """From when on all of them are there moves with what had to go."""
    client = valkey.client()
    store(valkey.url, [began(600)])
    members = {
        f"n\0{number}\0{NOW - 50:.3f}\0": NOW - 40 + number / 1e4 for number in range(100_000)
    }
    client.zadd(keys.FLOWN, members)

    store(valkey.url, [over(1)])

    assert client.zcard(keys.FLOWN) == 100_000
    assert at(valkey.url, 1).since == pytest.approx(NOW - 40)


@pytest.mark.usefixtures("bare_environment")
def test_the_command(valkey: Valkey, capsys: pytest.CaptureFixture[str]) -> None:
    """A table now and then, JSON for programs, and a refusal of what nobody can know."""
    now = time.time()
    store(valkey.url, [began(600, now=now)], [over(60, now=now)], now=now)
    valkey.client().set(keys.FLOWN_SINCE, f"{now - 1200:.3f}")
    words = ["inflight", "--redis", valkey.url]

    assert main([*words, "--at", "5m"]) == 0
    then = capsys.readouterr().out
    assert main([*words, "--at", "5m", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    present = capsys.readouterr().out
    assert main([*words, "--at", "30m"]) == 2
    refused = capsys.readouterr().err

    assert "NODE  FILE    CLIENT  SOURCE  BEGAN" in then
    assert "node  file 1  alice   metpx" in then
    assert [one["id"] for one in data["in_flight"]] == ["1"]
    assert "not everything is known: no collector has reported" in present
    assert "nothing was in flight at" in present
    assert "nobody can say what was in flight at" in refused


def test_what_is_forgotten_was_in_flight_until_then(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who clears away what a dead node will not finish keeps what it was busy with."""
    store(valkey.url, [began(600), began(600, own_id="2")])
    monkeypatch.setattr("blinkenlights.kinds.transfer.declare.wall_clock", lambda: NOW)

    async def forget() -> None:
        flows = FlowStore(StoreClient(valkey.url))
        assert await flows.forget_node("node")
        await flows.close()

    asyncio.run(forget())

    assert names(at(valkey.url, 0)) == []
    assert names(at(valkey.url, 1)) == ["node 1", "node 2"]
