"""A `route` that is killed, again and again: no message without its copy."""

import random
from collections import Counter

from blinkenlights.transferlog.route import PREFETCH
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.reports import EXCHANGE, TOPIC, body, declare, properties

MESSAGES = 8_000
KILLS = 5
ROUTED = "routed"


def wait_for_copies(broker: Broker, wanted: int) -> None:
    """Wait until there are so many copies, without taking the time of a broker that is busy."""
    with broker.channel() as channel:
        wait_until(
            lambda: channel.queue_declare("copies", passive=True).method.message_count >= wanted,
            f"{wanted} copies",
        )


def test_nothing_is_lost_however_often_it_is_killed(rabbitmq: Broker, program: Program) -> None:
    """Of 8,000 messages each has its copy; those on their way at a kill may have two."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    declare(rabbitmq, ROUTED)
    declare(rabbitmq, "copies", "log_metpx")
    sent = [body(number) for number in range(MESSAGES)]
    rabbitmq.publish(EXCHANGE, TOPIC, sent, properties=properties("metpx"))
    process = program("route", "--broker", rabbitmq.url, "--queue", ROUTED)

    for kill in range(KILLS):
        wanted = chance.randrange(MESSAGES * kill // KILLS, MESSAGES * (kill + 1) // KILLS)
        process.start()
        wait_for_copies(rabbitmq, wanted)
        process.kill()
    # What it has in hand and not begun when it is told to stop waits for the next one.
    for _ in range(5):
        process.start()
        wait_until(lambda: rabbitmq.depth(ROUTED) == 0, "the queue to be drained", 60)
        process.stop()
        if rabbitmq.depth(ROUTED) == 0:
            break

    found = Counter(rabbitmq.fetch("copies"))
    assert found.keys() == set(sent), f"seed {seed}"
    assert found.total() <= MESSAGES + KILLS * PREFETCH
    assert rabbitmq.depth(ROUTED) == 0
