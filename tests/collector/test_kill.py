"""A collector that is killed, again and again, while a queue drains."""

import os
import random
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from collector.running import EXCHANGE, KEY, QUEUE, Stored, heartbeat
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

COMPONENTS = 2_000
ROUNDS = 10
KILLS = 4

CONFIG = """\
[store]
url = "{store}"

[collector]
name = "test"

[[amqp]]
url = "{broker}"
exchange = "{exchange}"
queue = "{queue}"
keys = ["heartbeat.#"]
kind = "heartbeat"
"""


@pytest.fixture
def process(bound: Broker, valkey: Valkey, tmp_path: Path) -> Iterator[ServerProcess]:
    """Give `blinkenlights collect` as a process of its own, not yet started."""
    file = tmp_path / "blinkenlights.toml"
    file.write_text(
        CONFIG.format(store=valkey.url, broker=bound.url, exchange=EXCHANGE, queue=QUEUE)
    )
    server = ServerProcess(
        [sys.executable, "-m", "blinkenlights", "collect", "--config", str(file)],
        folder=tmp_path,
        is_ready=lambda: True,
        environment=os.environ,
    )
    yield server
    server.kill()


def has_stored(stored: Stored, wanted: int) -> bool:
    return stored.count("stored:heartbeat") >= wanted


def test_nothing_is_lost_when_it_is_killed(
    process: ServerProcess, bound: Broker, stored: Stored
) -> None:
    """Of 20,000 heartbeats every component is there, last seen when its last one was sent."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    start = wall_clock() - ROUNDS * 10
    bound.publish(
        EXCHANGE,
        KEY,
        (
            heartbeat(f"component {number}", start + beat * 10, uuid=f"instance {number}")
            for beat in range(ROUNDS)
            for number in range(COMPONENTS)
        ),
    )
    total = COMPONENTS * ROUNDS

    for kill in range(KILLS):
        process.start()
        wanted = chance.randrange(total * kill // KILLS, total * (kill + 1) // KILLS)
        wait_until(partial(has_stored, stored, wanted), f"{wanted} to be stored")
        process.kill()
    process.start()

    wait_until(lambda: bound.unfinished(QUEUE) == 0, "the queue to be drained", 60)
    components = [f"component {number}" for number in range(COMPONENTS)]
    assert stored.components() == set(components), f"seed {seed}"
    newest = {f"{stored.facts(component).instances[0].event:.3f}" for component in components}
    assert newest == {f"{start + (ROUNDS - 1) * 10:.3f}"}, f"seed {seed}"
