"""What the writer says when the store does not do what it should, and what it then does."""

import json
import threading
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest
import redis

from blinkenlights.errors import (
    StoreAnswer,
    StoreNotReady,
    StoreUnreachable,
)
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.heartbeat.declare import ComponentStore
from blinkenlights.store import layout
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords
from blinkenlights.store.report import Gap, Sample
from servers.batches import batch_of
from servers.simulation import NOW, SOCKET, Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until
from store.failing import OwnValkey, Simulate, Work, fail


def sample(number: int) -> Sample:
    return Sample(time=NOW + number, source="s", reason="not JSON", detail="d", body="b")


def counted(simulation: Simulation, **counts: int) -> Batch:
    return batch_of([simulation.heartbeat("x")], Counter(counts), [sample(1)])


def test_counters_add_up(simulation: Simulation, valkey: Valkey) -> None:
    """Counts of a batch are added to what was counted before."""
    for _ in range(2):
        simulation.run(
            simulation.writer.store(
                batch_of(counts=Counter({"stored:heartbeat": 3, "rejected:not JSON": 1}))
            )
        )

    assert valkey.client().hgetall(layout.COUNTERS) == {
        "stored:heartbeat": "6",
        "rejected:not JSON": "2",
    }


def test_the_last_samples_are_kept(simulation: Simulation, valkey: Valkey) -> None:
    """Of many rejected messages the newest are kept, the newest first."""
    for start in range(0, 60, 15):
        samples = [sample(number) for number in range(start, start + 15)]
        simulation.run(simulation.writer.store(batch_of(samples=samples)))

    kept: Any = valkey.client().lrange(layout.SAMPLES, 0, -1)
    assert [json.loads(text)["time"] - NOW for text in kept] == list(range(59, 39, -1))


def test_the_last_gaps_are_kept(simulation: Simulation, valkey: Valkey) -> None:
    """Of each source the newest 32, the newest first, whatever the others do."""
    simulation.gap(5000, 4000, SOCKET)
    for number in range(40):
        simulation.gap(1000 - number, 999.5 - number)

    kept: Any = [json.loads(text) for text in valkey.client().lrange(layout.GAPS, 0, -1)]
    assert [gap["start"] for gap in kept] == [
        *range(int(NOW) - 961, int(NOW) - 993, -1),
        NOW - 5000,
    ]


def test_gaps_that_touch_are_one(simulation: Simulation, valkey: Valkey) -> None:
    """What two collectors, or one in two steps, say of the same silence is one gap."""
    simulation.gap(300, 200)
    simulation.gap(100, 50)
    simulation.gap(90, 80, SOCKET)
    simulation.gap(200, 100.125)
    simulation.gap(150, 40)

    kept: Any = [json.loads(text) for text in valkey.client().lrange(layout.GAPS, 0, -1)]
    assert [(gap["start"], gap["end"]) for gap in kept] == [
        (NOW - 300, NOW - 40),
        (NOW - 90, NOW - 80),
    ]


def test_gaps_grow_old(simulation: Simulation, valkey: Valkey) -> None:
    """A gap from before two of the longest intervals explains no silence and is dropped."""
    simulation.gap(62 * 86400 + 20, 62 * 86400 + 10)
    simulation.gap(62 * 86400 - 10, 62 * 86400 - 20, SOCKET)

    simulation.gap(1, 0)

    assert valkey.client().llen(layout.GAPS) == 2


def test_a_new_store_is_noticed(new_simulation: Simulation, valkey: Valkey) -> None:
    """The first report to a store tells that it is new; so does the first after a flush."""
    report = new_simulation._report("one", 0, False, None, {})

    assert new_simulation.run(new_simulation.records.report(report)) == (True, None)
    assert new_simulation.run(new_simulation.records.report(report)) == (False, None)

    valkey.client().flushall()

    assert new_simulation.run(new_simulation.records.report(report)) == (True, None)


def test_an_older_store_is_noticed(new_simulation: Simulation, valkey: Valkey) -> None:
    """A store that is back from an older copy of itself lost what came after our report in it."""
    for age in (50, 40):
        new_simulation.collector(age=age)
    copy: Any = valkey.client().hgetall(layout.LIVE)
    for age in (30, 20):
        new_simulation.collector(age=age)
    valkey.client().hset(layout.LIVE, mapping=copy)
    report = new_simulation._report("collector-1", 0, False, None, {})

    assert new_simulation.run(new_simulation.records.report(report)) == (False, NOW - 40)
    assert new_simulation.run(new_simulation.records.report(report)) == (False, None)


@pytest.mark.parametrize("text", [b"something else", b"\xff", b"{}", b""])
def test_a_report_that_cannot_be_read(
    simulation: Simulation, valkey: Valkey, text: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """One unreadable report hides no others: it is left out, and said once."""
    valkey.client().hset(layout.LIVE, "odd", text)

    reports = [simulation.run(simulation.records.reports()) for _ in range(2)]

    assert [[*each] for each in reports] == [["collector-1"], ["collector-1"]]
    assert [one.message.count("'odd'") for one in caplog.records] == [1]


def test_reports_come_back(simulation: Simulation) -> None:
    """What a collector reports is read back in full, and can be removed."""
    simulation.collector("second")
    reports = simulation.run(simulation.records.reports())

    assert reports["second"] == simulation._report("second", 0, False, None, {})
    assert simulation.run(simulation.records.forget_collector("second"))
    assert not simulation.run(simulation.records.forget_collector("second"))


@pytest.mark.parametrize("how", ["restart", "flush"])
def test_a_store_that_lost_the_script(own_valkey: OwnValkey, simulate: Simulate, how: str) -> None:
    """After a restart or a flush of its scripts, the batch is stored, and counted once."""
    server = own_valkey()
    simulation = simulate(server.url)
    simulation.beat("before")
    if how == "restart":
        server.restart()
    else:
        server.client().script_flush()

    def store() -> bool:
        try:
            simulation.run(simulation.writer.store(counted(simulation, done=1)))
        except StoreUnreachable:
            return False
        return True

    wait_until(store, "the writer to connect again")

    assert server.client().zscore(heartbeat_keys.SEEN_BY_INTERVAL + "60", "x") == NOW
    assert server.client().hget(layout.COUNTERS, "done") == "1"
    assert server.client().llen(layout.SAMPLES) == 1


def test_a_full_store(own_valkey: OwnValkey) -> None:
    """A store at its maxmemory is not ready, and the sentence says what to do."""
    server = own_valkey()
    server.client().config_set("maxmemory", "1")

    error = fail(server.url)

    assert isinstance(error, StoreNotReady)
    assert str(error).startswith(f"the store at {server.url} is full: ")
    assert "raise maxmemory" in str(error)


def test_a_store_that_has_room_again(own_valkey: OwnValkey, simulate: Simulate) -> None:
    """What a full store did not take is taken by the same writer when there is room."""
    server = own_valkey()
    simulation = simulate(server.url)
    simulation.beat("before")
    server.client().config_set("maxmemory", "1")
    with pytest.raises(StoreNotReady):
        simulation.beat("x")

    server.client().config_set("maxmemory", "0")
    simulation.beat("x")

    assert server.client().zscore(heartbeat_keys.SEEN_BY_INTERVAL + "60", "x") == NOW


def test_a_read_only_store(own_valkey: OwnValkey, valkey: Valkey) -> None:
    """A replica is not ready: after a failover it may become the primary."""
    server = own_valkey()
    server.client().replicaof("127.0.0.1", valkey.port)

    error = fail(server.url)

    assert isinstance(error, StoreNotReady)
    assert str(error).endswith("is a replica, which takes nothing (READONLY); name the primary")


def test_a_busy_store(own_valkey: OwnValkey) -> None:
    """A store that runs somebody's endless script is not ready."""
    server = own_valkey({"busy-reply-threshold": "10"})
    endless = server.client()

    def run_forever() -> None:
        with pytest.raises(redis.ResponseError, match="killed"):
            endless.eval("while true do end", 0)

    thread = threading.Thread(target=run_forever)
    thread.start()
    try:
        other = server.client()

        def is_busy() -> bool:
            try:
                other.ping()
            except redis.ResponseError:
                return True
            return False

        wait_until(is_busy, "the store to be busy")
        error = fail(server.url)
    finally:
        server.client().script_kill()
        thread.join()

    assert isinstance(error, StoreNotReady)
    assert "BUSY" in str(error) or "busy" in str(error)


@pytest.mark.parametrize("together", [True, False], ids=["transaction", "pipeline"])
def test_an_error_does_not_word_what_was_sent(
    own_valkey: OwnValkey,
    together: bool,
) -> None:
    """A batch may have megabytes, and to word them stops the loop: the store's words are enough."""
    server = own_valkey()
    server.client().config_set("maxmemory", "1")

    def send(store: StoreClient) -> Awaitable[object]:
        pipe = store.redis.pipeline(transaction=together)
        pipe.set("key", "what was sent" * 100_000)
        return store.ask(pipe.execute())

    error = fail(server.url, send)

    assert isinstance(error, StoreNotReady)
    assert "what was sent" not in str(error.__cause__)
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    "said",
    [
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "NOREPLICAS Not enough good replicas to write",
    ],
)
def test_a_store_that_will_be_ready(valkey: Valkey, said: str) -> None:
    """What passes by itself is not ready, not an answer of something else."""

    def hear(store: StoreClient) -> Awaitable[object]:
        return store.ask(store.redis.eval("return redis.error_reply(ARGV[1])", 0, said))

    error = fail(valkey.url, hear)

    assert isinstance(error, StoreNotReady)
    assert said.partition(" ")[2] in str(error)


@pytest.mark.parametrize(
    ("key", "work"),
    [
        (heartbeat_keys.FACTS, None),
        (layout.LIVE, lambda store: CollectorRecords(store).reports()),
        (
            layout.GAPS,
            lambda store: CollectorRecords(store).add_gap(
                Gap(source="", start=0, end=0, reason="")
            ),
        ),
        (heartbeat_keys.FACTS, lambda store: ComponentStore(store).expect("x", NOW)),
        (heartbeat_keys.RETIRED, lambda store: ComponentStore(store).retire("x", NOW)),
        (heartbeat_keys.STATUS, lambda store: ComponentStore(store).forget(["x"])),
        (heartbeat_keys.EXPECTED, lambda store: ComponentStore(store).expected()),
        (heartbeat_keys.RETIRED, lambda store: ComponentStore(store).retired()),
    ],
)
def test_somebody_elses_keys(valkey: Valkey, key: str, work: Work | None) -> None:
    """A key of ours that holds another type is an answer that is not ours, for every method."""
    valkey.client().set(key, "something else")

    error = fail(valkey.url, work)

    assert isinstance(error, StoreAnswer)
    assert "WRONGTYPE" in str(error)


@pytest.mark.parametrize(
    ("key", "work"),
    [
        (heartbeat_keys.FACTS, lambda store: ComponentStore(store).expect("x", NOW)),
        (heartbeat_keys.FACTS, lambda store: ComponentStore(store).retire("x", NOW)),
        (heartbeat_keys.STATUS, lambda store: ComponentStore(store).expect("x", NOW)),
        (heartbeat_keys.EXPECTED, lambda store: ComponentStore(store).expected()),
    ],
)
@pytest.mark.parametrize("text", [b"something else", b"\xff", b"{}", b""])
def test_somebody_elses_values(valkey: Valkey, key: str, work: Work, text: bytes) -> None:
    """A value that is not in our form is an answer that is not ours; the key is named."""
    valkey.client().hset(key, "x", text)

    error = fail(valkey.url, work)

    assert isinstance(error, StoreAnswer)
    assert key in str(error)
