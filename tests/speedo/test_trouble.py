"""Speedos where something is in the way: a right that is missing, a full queue, a broker away."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig
from blinkenlights.kinds.transfer.log_settings import SpeedoConfig
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.speedo.daemon import Speedos
from blinkenlights.store.client import StoreClient
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_for_end, wait_until
from speedo.counting import Counted, CountingStore, Listening, summed, transfer

Configured = Callable[..., Path]
ALICE = "v01.speedo.client.alice"
ALL = "v01.speedo.client.all"


@pytest.mark.usefixtures("collecting")
def test_a_source_whose_exchange_is_closed_to_us(
    rabbitmq: Broker, valkey: Valkey, counting: CountingStore, program: Program, tmp_path: Path
) -> None:
    """It gets none and the log says so once; all others get theirs, and each sum is right."""
    told = Listening(rabbitmq, "log", "log_metpx", "log_dfo")
    url = rabbitmq.add_user("publisher", "secret", configure="", write="^log(_dfo)?$", read="")
    config = tmp_path / "blinkenlights.toml"
    config.write_text(
        f'[store]\nurl = "{valkey.url}"\n[log]\nurl = "{url}"\n'
        "[speedo]\ninterval = 0.5\nall_interval = 0.2\n"
    )
    counting.count([transfer("alice"), transfer("alice", "dfo", size=5)])

    speedo = program("speedo", "--config", config)

    whole, part = Counted(2, 0, 105, 0), Counted(1, 0, 5, 0)
    wait_until(lambda: summed(told.of(ALICE)) == whole, "alice", 40)
    wait_until(lambda: summed(told.of(ALICE, "log_dfo")) == part, "what alice took of dfo", 40)
    wait_until(lambda: summed(told.of(ALL)) == whole, "everything", 40)
    many = len(told.of(ALICE))
    wait_until(lambda: len(told.of(ALICE)) > many + 2, "it to go on", 20)
    assert {each.exchange for each in told.take()} == {"log", "log_dfo"}
    said = [line for line in speedo.log.read_text().splitlines() if "log_metpx gets no" in line]
    assert len(said) == 1
    assert "refuses: ACCESS_REFUSED" in said[0]


@pytest.mark.usefixtures("collecting")
def test_a_queue_that_is_full(
    rabbitmq: Broker, counting: CountingStore, configured: Configured, program: Program
) -> None:
    """It misses what it refuses, said once; all other queues get every speedo, none twice."""
    told = Listening(rabbitmq, "log")
    with rabbitmq.channel() as channel:
        channel.queue_declare("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        channel.queue_bind("full", "log", "#")

    speedo = program("speedo", "--config", configured(interval=0.2, all_interval=0.2))
    for _ in range(3):
        counting.count([transfer("alice")])
        heard = len(told.of(ALICE))
        wait_until(lambda heard=heard: len(told.of(ALICE)) > heard + 1, "two more")  # type: ignore[misc]
    wait_until(lambda: summed(told.of(ALICE)) == Counted(3, 0, 300, 0), "the sum")
    said = speedo.log.read_text()
    with rabbitmq.channel() as channel:
        channel.queue_delete("full")

    wait_until(lambda: "publishing works again" in speedo.log.read_text(), "the end of it")
    assert said.count("a full queue refused") == 1
    assert set(Counter(each.id for each in told.take()).values()) == {1}


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, moment: float) -> None:
        self.moment = moment

    def __call__(self) -> float:
        """Return the moment."""
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that is at a whole minute, after the store was new."""
    return SetClock((wall_clock() // 60 + 2) * 60)


@pytest.fixture
def speedos(valkey: Valkey, rabbitmq: Broker, clock: SetClock) -> Iterator[Speedos]:
    """Have speedos published in a thread, by that clock."""
    made = Speedos(
        SpeedoConfig(interval=60, all_interval=60),
        AmqpConfig(url=rabbitmq.url, exchange="log", queue="unused", kind="speedo"),
        "log_{source}",
        SpeedoStore(StoreClient(valkey.url)),
        clock,
    )
    loop = asyncio.new_event_loop()
    thread = Thread(target=lambda: loop.run_until_complete(made.run()))
    thread.start()
    yield made
    loop.call_soon_threadsafe(made.stop)
    wait_for_end(thread)
    loop.close()


def test_a_broker_that_is_away_for_ten_minutes(
    rabbitmq: Broker,
    counting: CountingStore,
    speedos: Speedos,
    clock: SetClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No speedo comes twice, and the first after that says the ten minutes that it covers."""
    told = Listening(rabbitmq, "log")
    start = clock.moment
    counting.count([transfer("alice")])

    def pass_to(moment: float) -> None:
        counting.report(beat=moment)
        clock.moment = moment

    pass_to(start)
    pass_to(start + 60)
    wait_until(lambda: speedos.published >= 4, "the first ones", 20)
    first = list(told.take())
    pass_to(start + 120)
    wait_until(lambda: len(told.take()) == 2 * len(first), "the second ones", 20)

    rabbitmq.stop()
    wait_until(lambda: "until it is back" in caplog.text, "the loss to be seen", 20)
    counting.count([transfer("alice"), transfer("alice", code=499)])
    pass_to(start + 720)
    rabbitmq.start()
    wait_until(lambda: len(told.take()) == 3 * len(first), "the third ones", 60)
    pass_to(start + 780)
    wait_until(lambda: len(told.take()) == 4 * len(first), "the fourth ones", 20)

    assert {each.key for each in first} == {
        ALICE,
        ALL,
        "v01.speedo.source.metpx",
        "v01.speedo.sources.all",
    }
    assert set(Counter(each.id for each in told.arrived).values()) == {1}
    found = [each.speedo for each in told.arrived if each.key == ALICE]
    assert [(each.good, each.bad, each.interval) for each in found[1:]] == [
        (0, 0, 60.0),
        (1, 1, 600.0),
        (0, 0, 60.0),
    ]
    assert [each.event - start for each in found] == [60, 120, 720, 780]
