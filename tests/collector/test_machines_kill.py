"""Machines from Pulse, with a collector that is killed again and again while the queue drains."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine.old_listener import iso
from servers.process import ServerProcess
from servers.pulse import HARDWARE, TASK_EXCHANGES, Pulse
from servers.taskcluster import Message, task
from servers.valkey import Valkey
from servers.waiting import wait_until

MACHINES = 100
NUMBERS = range(MACHINES)
ROUNDS = 20
KILLS = 5
FAILING_EVERY = 10
FAILED_LAST = 7
"""Tasks in a row that failed at the end on those machines."""

STORE = """\
[store]
url = "{store}"

[collector]
name = "test"
"""
QUEUE = """
[[amqp]]
url = "{pulse.url}"
ca_file = "{pulse.authority}"
exchange = "{exchange}"
passive = true
keys = ["{key}"]
queue = "{pulse.queue}"
kind = "machine"
rejected_queue = ""
"""


@pytest.fixture
def config(pulse: Pulse, valkey: Valkey, tmp_path: Path) -> Path:
    """Give a configuration with all exchanges on one queue."""
    file = tmp_path / "blinkenlights.toml"
    tables = [QUEUE.format(pulse=pulse, exchange=each, key=HARDWARE) for each in TASK_EXCHANGES]
    file.write_text(STORE.format(store=valkey.url) + "".join(tables))
    return file


@pytest.fixture
def process(config: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """Give `blinkenlights collect` as a process of its own, not yet started."""
    server = ServerProcess(
        [sys.executable, "-m", "blinkenlights", "collect", "--config", str(config)],
        folder=tmp_path,
        is_ready=lambda: True,
        environment=os.environ,
    )
    yield server
    server.kill()


def machine(number: int) -> str:
    return f"mdc{number % 2 + 1}:ms-{number:03}"


def tasks(begin: float) -> Iterator[Message]:
    """Yield what is told of a task of a minute for each machine in each of the rounds."""
    for turn in range(ROUNDS):
        for number in NUMBERS:
            started = begin + turn * 60 + number / 1000
            fails = number % FAILING_EVERY == 0 and turn >= ROUNDS - FAILED_LAST
            state = "failed" if fails else "completed"
            name = f"{turn}-{number}"
            yield task(machine(number), "running", started=started, name=name)
            yield task(machine(number), state, started=started, resolved=started + 30, name=name)
    for number in NUMBERS:
        # The queue gave up waiting for it: that is no sign of life.
        yield task(
            machine(number),
            "exception",
            started=begin,
            resolved=begin + ROUNDS * 60 + 900,
            reason="claim-expired",
            name=f"lost-{number}",
        )


def has_left(pulse: Pulse, most: int) -> bool:
    return pulse.broker.unfinished(pulse.queue) <= most


def exported(config: Path) -> list[dict[str, str]]:
    words = ["blinkenlights", "export", "machines", "--config", str(config)]
    done = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, check=True
    )
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def test_nothing_is_lost_when_it_is_killed(
    process: ServerProcess, config: Path, pulse: Pulse, valkey: Valkey
) -> None:
    """Whatever the order, each machine's last sign of life and failures in a row are exact."""
    process.start()
    pulse.broker.wait_for_consumer(pulse.queue)
    process.kill()
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    begin = float(int(wall_clock()) - ROUNDS * 60 - 7200)
    messages = list(tasks(begin))
    chance.shuffle(messages)
    with pulse.broker.channel() as channel:
        channel.confirm_delivery()
        for exchange, key, body in messages:
            channel.basic_publish(exchange, key, json.dumps(body).encode())

    for kill in range(KILLS):
        process.start()
        left = chance.randrange(1, len(messages) * (KILLS - kill) // KILLS)
        wait_until(partial(has_left, pulse, left), f"{left} to be left")
        process.kill()
    process.start()

    wait_until(lambda: pulse.broker.unfinished(pulse.queue) == 0, "the queue to be drained", 60)
    assert {
        f"{each['datacenter']}:{each['machine']}": each["lastseen"] for each in exported(config)
    } == {
        machine(number): iso(begin + (ROUNDS - 1) * 60 + number / 1000 + 30) for number in NUMBERS
    }, f"seed {seed}"
    # The task whose claim expired at the end is one more that did not succeed.
    client = valkey.client()
    failing = {number: client.zscore(machine_keys.FAILING, machine(number)) for number in NUMBERS}
    assert failing == {
        number: 1 + (0 if number % FAILING_EVERY else FAILED_LAST) for number in NUMBERS
    }, f"seed {seed}"
    lost = client.zrange(machine_keys.LOST, 0, -1)
    assert len(lost) == MACHINES, f"seed {seed}"
