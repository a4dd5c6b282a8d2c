"""A capture that is killed, again and again: each message is one line."""

import random
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from servers.process import ServerProcess
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.reports import EXCHANGE, QUEUE, TOPIC, bodies, body, declare, properties

MESSAGES = 8_000
KILLS = 5
LINE_BYTES = 350
"""A little less than a line has."""


def count(folder: Path) -> int:
    """Return how many lines there are."""
    return sum(file.read_bytes().count(b"\n") for file in folder.glob("*.log"))


def capture(broker: Broker, folder: Path, program: Program) -> ServerProcess:
    return program("log", "--capture", folder, "--broker", broker.url, "--queue", QUEUE)


def has(folder: Path, size: int) -> bool:
    return sum(file.stat().st_size for file in folder.glob("*.log")) >= size


def kill_while_it_drains(
    broker: Broker, process: ServerProcess, folder: Path, chance: random.Random
) -> None:
    """Kill the process at random moments of its work, then let it come to its end."""
    total = MESSAGES * LINE_BYTES
    for kill in range(KILLS):
        wanted = chance.randrange(total * kill // KILLS, total * (kill + 1) // KILLS)
        process.start()
        wait_until(partial(has, folder, wanted), f"{wanted} bytes of lines")
        process.kill()
    process.start()
    wait_until(lambda: count(folder) >= MESSAGES, "all lines")
    wait_until(lambda: broker.unfinished(QUEUE) == 0, "all to be acknowledged")
    process.stop()
    assert broker.depth(QUEUE) == 0


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_each_message_is_one_line_however_often_it_is_killed(
    kind: str, rabbitmq: Broker, program: Program, tmp_path: Path
) -> None:
    """Of 8,000 messages none is lost and none is there twice."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    declare(rabbitmq, QUEUE, **{"x-queue-type": kind})
    sent = [body(number) for number in range(MESSAGES)]
    rabbitmq.publish(EXCHANGE, TOPIC, sent, properties=properties())

    process = capture(rabbitmq, tmp_path / "logs", program)
    kill_while_it_drains(rabbitmq, process, tmp_path / "logs", random.Random(seed))  # noqa: S311

    found = bodies(tmp_path / "logs")
    assert (found.total(), found) == (MESSAGES, Counter(sent)), f"seed {seed}"


def test_equal_messages_are_as_many_lines(
    rabbitmq: Broker, program: Program, tmp_path: Path
) -> None:
    """Messages that cannot be told apart are still counted right: the mark says which are done."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    declare(rabbitmq, QUEUE)
    sent = [body(number % 3) for number in range(MESSAGES)]
    rabbitmq.publish(EXCHANGE, TOPIC, sent, properties=properties())

    process = capture(rabbitmq, tmp_path / "logs", program)
    kill_while_it_drains(rabbitmq, process, tmp_path / "logs", random.Random(seed))  # noqa: S311

    assert bodies(tmp_path / "logs") == Counter(sent), f"seed {seed}"
