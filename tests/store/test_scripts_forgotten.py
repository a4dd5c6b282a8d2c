"""A store that forgets its scripts, between two batches or some of them only: all counts once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
import redis

from alert.changes import begins
from alert.records import NOON as ALERTED
from alert.speaking import EVALUATION
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.collector.batch import Message, read
from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.alert import keys as alert_keys
from blinkenlights.kinds.endpoint import keys as endpoint_keys
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.metric import keys as metric_keys
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Arrival
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store import layout
from blinkenlights.store.batch import Batch, Rows
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import Sample
from blinkenlights.store.writer import StoreWriter
from kinds.transfer.counted import CountedTransfers
from servers.valkey import Valkey

NOW = 1_795_219_200.0
BATCHES = 4
EACH = 3
"""Messages of each signal in a batch."""
SIGNALS = [signal.name for signal in signals()]


class Came(NamedTuple):
    """How a message came."""

    exchange: str
    routing_key: str
    redelivered: bool = False


def heartbeat(number: int) -> tuple[bytes, str]:
    return b'{"name": "component %d", "timestamp": %d}' % (number, NOW), ""


def transfer(number: int) -> tuple[bytes, str]:
    text = b'{"client": "alice", "source": "metpx", "name": "%d", "code": 201, "timestamp": %d}'
    return text % (number, NOW), ""


def speedo(number: int) -> tuple[bytes, str]:
    return b"20261121000000 12 3 4096 100 4196 15 60", f"v01.speedo.client.client{number}"


def machine(number: int) -> tuple[bytes, str]:
    text = b'{"datacenter": "mdc1", "machine": "ms-%d", "timestamp": %d}'
    return text % (number, NOW), ""


def metric(number: int) -> tuple[bytes, str]:
    return b'{"name": "metric %d", "time": %d}' % (number, NOW), ""


def endpoint(number: int) -> tuple[bytes, str]:
    text = b'{"kind": "endpoint", "endpoint": "e%d", "due": %d, "next": %d, "result": "ok"}'
    return text % (number, NOW, NOW + 60), ""


def prober(number: int) -> tuple[bytes, str]:
    text = b'{"kind": "probe", "prober": "p%d", "timestamp": %d, "started": %d}'
    return text % (number, NOW, NOW - 60), ""


MAKE: dict[str, Callable[[int], tuple[bytes, str]]] = {
    "heartbeat": heartbeat,
    "transfer": transfer,
    "speedo": speedo,
    "machine": machine,
    "metric": metric,
    "endpoint": endpoint,
    "probe": prober,
}
TOTAL: dict[str, Callable[[redis.Redis], object]] = {
    "heartbeat": lambda client: client.zcard(heartbeat_keys.SEEN_BY_INTERVAL + "60"),
    "transfer": lambda client: CountedTransfers(client).number,
    "speedo": lambda client: client.hlen(transfer_keys.SPEEDOS),
    "machine": lambda client: client.hlen(machine_keys.FACTS),
    "metric": lambda client: client.hlen(metric_keys.FACTS),
    "endpoint": lambda client: client.hlen(endpoint_keys.FACTS),
    "probe": lambda client: client.hlen(endpoint_keys.PROBERS),
}
"""What the store has of each signal: as many as there were messages."""


def rows_of(name: str, number: int) -> Batch:
    """Return a batch of one signal, as a collector reads it."""
    messages: list[Message] = []
    for each in range(number * EACH, (number + 1) * EACH):
        body, key = MAKE[name](each)
        messages.append((body, Came("", key), None))
    arrival = Arrival("5eed5eed", NOW, False, "session", number)
    reading = read(messages, decoding(Config()).decoders[name], arrival)
    assert not reading.refused
    return reading.batch


def batch_of(names: Sequence[str], number: int) -> Batch:
    """Return a batch of several signals, with a sample."""
    rows: list[Rows] = []
    batch = Batch(rows, samples=[sample()])
    for name in names:
        one = rows_of(name, number)
        rows += one.rows
        batch.counts += one.counts
    return batch


def sample() -> Sample:
    return Sample(time=NOW, source="s", reason="not JSON", detail="d", body="b")


def store(valkey: Valkey, names: Sequence[str], before: Callable[[redis.Redis], object]) -> None:
    """Store batches, each after `before` has done something to the store."""

    async def write() -> None:
        connection = StoreClient(valkey.url)
        writer = StoreWriter(connection)
        try:
            for number in range(BATCHES):
                before(valkey.client())
                await writer.store(batch_of(names, number))
        finally:
            await connection.close()

    asyncio.run(write())


def carried_out(client: redis.Redis) -> int:
    """Return how many calls of scripts the store did carry out."""
    calls = client.info("commandstats")["cmdstat_evalsha"]
    return int(calls["calls"]) - int(calls["failed_calls"]) - int(calls["rejected_calls"])


def test_there_are_messages_of_every_signal() -> None:
    """So that none is left out below."""
    assert set(MAKE) == set(TOTAL) == set(SIGNALS)


@pytest.mark.parametrize(
    "names",
    [*([name] for name in SIGNALS), SIGNALS, SIGNALS[::-1]],
    ids=[*SIGNALS, "all", "all-backwards"],
)
def test_all_scripts_are_forgotten_before_each_batch(valkey: Valkey, names: list[str]) -> None:
    """Every message, counter and sample is in the store once, and every script ran once a batch."""
    valkey.client().config_resetstat()

    store(valkey, names, lambda client: client.script_flush())

    client = valkey.client(decode_responses=False)
    totals = {name: TOTAL[name](client) for name in names}
    assert totals == dict.fromkeys(names, BATCHES * EACH)
    counters = {f"stored:{name}".encode(): b"%d" % (BATCHES * EACH) for name in names}
    assert client.hgetall(layout.COUNTERS) == counters
    assert client.llen(layout.SAMPLES) == BATCHES
    assert carried_out(client) == BATCHES * len(names)


@pytest.mark.parametrize("known", SIGNALS)
def test_one_script_is_known(valkey: Valkey, known: str) -> None:
    """Only the calls of those that the store has forgotten are sent again."""
    [rows] = rows_of(known, 0).rows
    [call] = rows.calls(NOW)
    valkey.client().config_resetstat()

    def forget_the_others(client: redis.Redis) -> None:
        client.script_flush()
        client.script_load(call.script.text)

    store(valkey, SIGNALS, forget_the_others)

    client = valkey.client(decode_responses=False)
    assert {name: TOTAL[name](client) for name in SIGNALS} == dict.fromkeys(SIGNALS, BATCHES * EACH)
    counters = {f"stored:{name}".encode(): b"%d" % (BATCHES * EACH) for name in SIGNALS}
    assert client.hgetall(layout.COUNTERS) == counters
    assert client.llen(layout.SAMPLES) == BATCHES
    assert carried_out(client) == BATCHES * len(SIGNALS)


def test_what_fails_is_said_without_the_batch(valkey: Valkey) -> None:
    """The first error is ours, and quotes neither the command nor what it was to store."""
    valkey.client().set(machine_keys.FACTS, "of somebody else")

    with pytest.raises(StoreAnswer) as raised:
        store(valkey, SIGNALS, lambda _: None)

    assert "WRONGTYPE" in str(raised.value)
    assert "ms-1" not in str(raised.value)
    assert "EVALSHA" not in str(raised.value)


def test_the_scripts_of_alerts_are_forgotten_before_each_call(valkey: Valkey) -> None:
    """Whoever evaluates and tells notices nothing of it, and nothing is queued or told twice."""
    client = valkey.client()

    async def play() -> list[str]:
        connection = StoreClient(valkey.url)
        store, outbox = EvaluationStore(connection), AlertOutbox(connection)
        try:
            client.script_flush()
            epoch = await store.lease("a", 60)
            change = begins()
            client.script_flush()
            assert await store.commit(epoch, [change], {}, EVALUATION) == []
            client.script_flush()
            [taken] = await outbox.take(ALERTED + 60, 60, 10)
            client.script_flush()
            assert await outbox.done(taken, ALERTED + 60, None, [])
            client.script_flush()
            assert await outbox.take(ALERTED + 120, 60, 10) == []
            client.script_flush()
            await store.leave("a")
            return [notice.thing for notice in taken.entries]
        finally:
            await connection.close()

    client.config_resetstat()

    assert asyncio.run(play()) == ["web1"]
    assert client.hgetall(alert_keys.COUNTERS)["queued"] == "1"
    assert carried_out(client) == 6
