"""Of all points that were published, none is lost and none counted twice."""

import json
import random
from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.pages import slots_in
from servers.collectors import MakeCollector
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.series import series_in
from servers.valkey import Valkey
from servers.waiting import wait_until

SERIES, POINTS = 20, 1500
KILLS = 6
EXCHANGE, QUEUE = "metrics", "blinkenlights.metric"
CONFIG = """\
[store]
url = "{store}"

[collector]
name = "{name}"
batch_size = 100
prefetch = 1000

[[amqp]]
url = "{broker}"
exchange = "metrics"
queue = "blinkenlights.metric"
keys = ["#"]
kind = "metric"
"""

StartCollector = Callable[[str], ServerProcess]


@pytest.fixture
def bound(rabbitmq: Broker) -> Broker:
    """Give a broker that has the exchange and the queue, and nobody who consumes."""
    rabbitmq.bind(EXCHANGE, QUEUE, "#")
    return rabbitmq


@pytest.fixture
def collector(bound: Broker, valkey: Valkey, make_collector: MakeCollector) -> StartCollector:
    """Give a function that makes `blinkenlights collect` of a name, not yet started."""
    return lambda name: make_collector(
        name, CONFIG.format(store=valkey.url, broker=bound.url, name=name)
    )


def points_of_month(valkey: Valkey) -> dict[str, int]:
    """Return how many points the hours of the month hold, the hour that is open included."""
    client = valkey.client(decode_responses=False)
    found = {}
    for name, facts in series_in(valkey).items():
        pages = client.hgetall(f"{keys.MONTH}{name}")
        kept = {
            field: page
            for field, page in pages.items()
            if isinstance(field, bytes) and isinstance(page, bytes)
        }
        closed = slots_in(kept, 0).get(3600, ())
        open_ones = [slot for slot in facts.open.values() if slot.step == 3600]
        found[name] = sum(slot.number for slot in (*closed, *open_ones))
    return found


@pytest.mark.parametrize("collectors", [1, 2])
def test_collectors_that_are_killed_count_each_point_once(
    collector: StartCollector, bound: Broker, valkey: Valkey, collectors: int
) -> None:
    """While 30,000 points drain, one of the collectors is killed, six times."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    chance = random.Random(seed)  # noqa: S311
    newest = int(wall_clock()) - 5
    bodies = [
        json.dumps(
            {
                "name": f"load{series}",
                "value": 1 + chance.random(),
                "time": 1000 * (newest - POINTS + point),
            }
        ).encode()
        for point in range(POINTS)
        for series in range(SERIES)
    ]
    bound.publish(EXCHANGE, "numbat", bodies)
    processes = [collector(f"number-{number}") for number in range(collectors)]
    for process in processes:
        process.start()

    def stored() -> int:
        return sum(points_of_month(valkey).values())

    for wanted in sorted(chance.sample(range(len(bodies) * 9 // 10), KILLS)):
        wait_until(lambda: stored() >= wanted, f"{wanted} to be stored", 60)  # noqa: B023
        victim = chance.choice(processes)
        victim.kill()
        victim.start()

    wait_until(lambda: bound.unfinished(QUEUE) == 0, "the queue to be drained", 120)
    found = points_of_month(valkey)
    assert found == {f"load{series}": POINTS for series in range(SERIES)}, f"seed {seed}"
