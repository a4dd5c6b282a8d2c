"""A batch that the store does not take as a whole is stored in smaller portions."""

import asyncio
import json
import socket
from collections.abc import Callable, Sequence

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.batch import Message
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.collector.portions import MOST_STUCK, REASON, Written, in_portions
from blinkenlights.config import LinesConfig
from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.transfer import keys as transfer_keys
from collector.running import RunningCollector, Stored, config, line
from servers.valkey import Valkey
from servers.waiting import wait_until

FAT: dict[str, object] = {f"key_{number}": "x" * 100 for number in range(8)}


def messages(count: int) -> list[Message]:
    return [(str(number).encode(), FROM_SOCKET, None) for number in range(count)]


class Picky:
    """A store that takes at most so many messages at once, and some of them never."""

    def __init__(self, most: int, *never: int) -> None:
        self.most = most
        self.never = {str(number).encode() for number in never}
        self.stored: list[bytes] = []

    async def write(self, some: Sequence[Message]) -> Written:
        """Store messages, or raise StoreAnswer."""
        bodies = [body for body, _, _ in some]
        if len(bodies) > self.most or self.never & set(bodies):
            raise StoreAnswer("too much")
        self.stored += bodies
        numbers = [float(body) for body in bodies]
        return Written(numbers, [], [-number for number in numbers])


@pytest.mark.parametrize(
    ("count", "most", "never", "refused"),
    [
        pytest.param(100, 100, (), [], id="all-at-once"),
        pytest.param(100, 7, (), [], id="few-at-once"),
        pytest.param(3, 1, (), [], id="one-by-one"),
        pytest.param(100, 100, (42,), [42], id="one-never"),
        pytest.param(100, 10, (0, 1, 99), [0, 1, 99], id="some-never"),
        pytest.param(2, 2, (0,), [0], id="first-of-two"),
    ],
)
def test_all_others_are_stored_in_their_order(
    count: int, most: int, never: tuple[int, ...], refused: list[int]
) -> None:
    """What the store does not take by itself is refused, once it has taken something else."""
    store = Picky(most, *never)

    written = asyncio.run(in_portions(messages(count), store.write))

    taken = [number for number in range(count) if number not in never]
    assert written is not None
    assert [int(body) for body in store.stored] == taken
    assert written.events == taken
    assert written.lived == [-number for number in taken]
    assert [int(each.message[0]) for each in written.refused] == refused
    assert {each.why.reason for each in written.refused} <= {REASON}


def test_a_store_that_was_ill_for_a_moment() -> None:
    """What failed by itself before anything went through is tried once more."""
    store, left = Picky(100), 12

    async def ill(some: Sequence[Message]) -> Written:
        nonlocal left
        left -= 1
        if left > 0:
            raise StoreAnswer("no upstream host")
        return await store.write(some)

    written = asyncio.run(in_portions(messages(100), ill))

    assert written is not None
    assert written.refused == []
    assert sorted(map(int, store.stored)) == list(range(100))


@pytest.mark.parametrize("count", [1, 2, 500])
def test_a_store_that_takes_nothing(count: int) -> None:
    """Then the messages are not to blame, and few attempts show it."""
    store, attempts = Picky(0), 0

    async def counted(some: Sequence[Message]) -> Written:
        nonlocal attempts
        attempts += 1
        return await store.write(some)

    assert asyncio.run(in_portions(messages(count), counted)) is None
    assert attempts < 10 + 3 * MOST_STUCK


@pytest.mark.parametrize("limit", ["proto-max-bulk-len", "client-query-buffer-limit"])
def test_a_batch_longer_than_the_store_takes(
    limit: str,
    own_valkey: Callable[..., Valkey],
    free_port: Callable[[], int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whether the store says so or breaks the connection, all of it is stored."""
    server = own_valkey({limit: "1mb"})
    port = free_port()
    lines = [LinesConfig(listen=f"tcp://127.0.0.1:{port}")]
    running = RunningCollector(config(server.url, lines=lines, batch_size=4000, batch_seconds=2.0))
    stored = Stored(server.client())
    try:
        stored.wait_until_caught_up()
        names = {f"component {number}" for number in range(2000)}
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(b"".join(line(name, None, **FAT) for name in names))
            wait_until(lambda: stored.components() == names, "all to be stored", 60)
    finally:
        running.stop()

    assert "the store does not take these 2000 messages together" in caplog.text
    assert stored.count(f"rejected:{REASON}") == 0


def test_transfers_of_a_batch_that_failed_in_part_count_once(
    valkey: Valkey, free_port: Callable[[], int]
) -> None:
    """What was counted before another part of the batch failed is not counted again."""
    client = valkey.client()
    port = free_port()
    lines = [LinesConfig(listen=f"tcp://127.0.0.1:{port}")]
    running = RunningCollector(config(valkey.url, lines=lines, batch_seconds=1.0))
    stored = Stored(client)
    moment = wall_clock()
    sent = [transfer_line(number, moment) for number in range(50)]
    try:
        stored.wait_until_caught_up()
        client.set(heartbeat_keys.FACTS, "something else")
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(b"".join([line("billing"), *sent]))
            wait_until(lambda: stored.count(f"rejected:{REASON}"), "the beat to be refused", 20)
    finally:
        running.stop()

    packed = valkey.client(decode_responses=False).hget(transfer_keys.COUNTS + "all", "all")
    assert isinstance(packed, bytes)
    assert transfer_keys.parse_counts(packed).good == 50
    assert [each["reason"] for each in stored.samples()] == [REASON]


def transfer_line(number: int, moment: float) -> bytes:
    report = {
        "kind": "transfer",
        "timestamp": moment,
        "client": f"client-{number % 3}",
        "source": "weather",
        "name": f"file-{number}",
        "code": 201,
        "size": 10,
    }
    return json.dumps(report).encode() + b"\n"
