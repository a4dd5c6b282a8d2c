"""Numbers of messages and the room for their names, batch by batch at a time that the test sets."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import CollectorConfig, Config
from blinkenlights.kinds.heartbeat.signal import HEARTBEATS
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store import layout
from servers.batches import Message
from servers.simulation import Simulation

NO_ROOM = "trimmed:no room for a number"


async def _still_ours() -> None:
    """Ask the broker, which says that the messages are still ours."""


class Taking:
    """A collector that takes heartbeats of a simulation, a batch at a time."""

    def __init__(self, simulation: Simulation, most: int) -> None:
        self.simulation = simulation
        self.ticks = 0.0
        self._store = RetryingStore(simulation.client, lambda: simulation.now)
        settings = Config(collector=CollectorConfig(name="test", max_numbers=most))
        self._names = NameBounds(self._store, lambda: self.ticks, settings)
        self._decode = HEARTBEATS.decoder(Config())

    def take(self, *beats: dict[str, object], again: bool = False) -> None:
        """Store heartbeats as one batch."""
        now = self.simulation.now
        messages = [
            (json.dumps({"timestamp": now, **beat}).encode(), Message(redelivered=again), None)
            for beat in beats
        ]
        arrival = Arrival(
            "5eed5eed",
            now,
            live=not again,
            session="session",
            number=1,
            ask_broker=_still_ours,
        )
        reading = self.simulation.run(
            self._names.read(messages, self._decode, arrival, is_now=True)
        )
        self.simulation.run(self._store.store(reading.batch))

    def refresh(self) -> None:
        """Learn what others have brought, and what is forgotten."""
        names, client = self._names, self.simulation.client
        self.simulation.run(names.counts.refresh(client, self.simulation.now))

    def redis(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever it answers
        """Return what the store answers."""
        client = self.simulation.client
        return self.simulation.run(client.ask(ask(client.redis)))

    def series(self) -> set[str]:
        """Return all series."""
        return {name.decode() for name in self.redis(lambda redis: redis.hkeys(keys.FACTS))}

    def left_out(self) -> int:
        """Return how many numbers were left out."""
        return int(self.redis(lambda redis: redis.hget(layout.COUNTERS, NO_ROOM)) or 0)


def test_who_found_no_room_is_looked_at_again(simulation: Simulation) -> None:
    """Each number is counted as left out until then; in a minute there may be room."""
    taking = Taking(simulation, 1)
    taking.take({"name": "a", "x": 1}, {"name": "b", "x": 1, "y": 2})
    taking.take({"name": "b", "x": 1, "y": 2}, {"name": "b", "x": 1, "y": 2})
    left_out = taking.left_out()
    taking.redis(lambda redis: redis.hdel(keys.FACTS, "a.x"))
    taking.refresh()
    taking.take({"name": "b", "x": 1, "y": 2})
    before = taking.series()
    taking.ticks += 60

    taking.take({"name": "b", "x": 1, "y": 2})

    assert left_out == 6
    assert before == set()
    assert taking.series() == {"b.x"}
    assert taking.left_out() == 6 + 2 + 1


def test_what_is_delivered_again_counts_once(simulation: Simulation) -> None:
    """The heartbeat proves no more, and neither does its number."""
    taking = Taking(simulation, 10)
    taking.take({"name": "a", "x": 1})
    taking.take({"name": "a", "x": 1}, again=True)

    facts = keys.parse_facts(taking.redis(lambda redis: redis.hget(keys.FACTS, "a.x")))

    assert facts.open[3600].number == 1


@pytest.mark.parametrize(("names", "room"), [(10, 10), (100, 16)])
def test_numbers_of_one_heartbeat_are_few(simulation: Simulation, names: int, room: int) -> None:
    """The first ones count."""
    taking = Taking(simulation, 1000)

    taking.take({"name": "a", **{f"n{number:03}": number for number in range(min(60, names))}})

    assert taking.series() == {f"a.n{number:03}" for number in range(room)}


def test_the_room_of_a_source_is_not_used_up_by_numbers(simulation: Simulation) -> None:
    """They have room of their own, and are counted there."""
    taking = Taking(simulation, 10)

    taking.take({"name": "a", "x": 1, "y": 2})
    taking.refresh()

    brought = taking.redis(lambda redis: redis.hgetall(layout.NAMES))
    assert {field: int(number) for field, number in brought.items()} == {
        b"heartbeat 5eed5eed": 1,
        b"metric numbers heartbeat": 2,
    }
