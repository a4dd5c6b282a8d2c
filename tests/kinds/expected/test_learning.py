"""Which series are learned, of which time, and what is told of it."""

import json
from typing import Any

import pytest

from blinkenlights.config import Config
from blinkenlights.expected.kept import pack_kept
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.learning import duties
from blinkenlights.kinds.expected.read import plan
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.kinds.registry import learnables
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import (
    FIVE_MINUTES,
    after_rows,
    detector_of,
    packed_states,
)
from kinds.expected.lessons import SINCE, later, learn, rows
from servers.duties import DutifulCollector
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import Transfers
from servers.simulation import Simulation


def test_an_interval_is_learned_when_it_is_over(transfers: Transfers) -> None:
    """Each client and source has learned its count, as of the beginning of the interval."""
    simulation = transfers.simulation
    transfers.over("alice", 210, 250, 490)
    transfers.over("alice", 220, code=503)
    transfers.over("bob", 5)

    DutifulCollector(simulation).work()

    begun = simulation.now - SINCE - FIVE_MINUTES
    assert packed_states(simulation)["alice"] == pack_kept(after_rows([(begun, 3.0)]))
    assert packed_states(simulation)["bob"] == pack_kept(after_rows([(begun, 0.0)]))
    assert detector_of(simulation, "metpx", "source").level.level ** 2 == pytest.approx(3)


def test_what_is_excluded_neither_teaches_nor_is_a_zero(transfers: Transfers) -> None:
    """A holiday, or a maintenance."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    moment = simulation.now - SINCE
    learn(simulation, moment, exclude=["2026-09-21"])

    assert rows(simulation) == 0

    learn(simulation, moment, exclude=["2026-09-22"])

    assert rows(simulation) == 1


def test_a_planned_maintenance_of_some_teaches_the_others(transfers: Transfers) -> None:
    """As long as it lasts."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.over("bob", 210)
    moment = simulation.now - SINCE
    planned = Excluded("client", "a*", moment - 60, moment + 60)
    with StoreReader(parse_address(simulation.url), 5) as store:
        plan(store, [planned, Excluded("source", "*", moment - 60, moment)])

    learn(simulation, moment)
    assert list(packed_states(simulation)) == ["bob"]

    simulation.now += 2 * FIVE_MINUTES
    transfers.heard()
    learn(simulation, moment + 2 * FIVE_MINUTES)
    assert rows(simulation, "alice") == 1


def test_only_what_is_configured_is_learned(transfers: Transfers) -> None:
    """By name and by glob; a sort without any is left alone."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.over("bob", 210)

    DutifulCollector(simulation, ExpectedConfig(clients=["a*"], sources=[])).work()

    assert list(packed_states(simulation)) == ["alice"]
    assert packed_states(simulation, "source") == {}
    assert [each.name for each in duties(Config(), learnables())] == [
        "expected:client",
        "expected:source",
    ]


def test_those_who_came_first_have_the_room(transfers: Transfers) -> None:
    """Whatever they are called."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation, ExpectedConfig(most=1))
    transfers.over("bob", 210)
    collector.work()
    later(transfers)
    transfers.over("alice", 210)
    collector.work()

    assert list(packed_states(simulation)) == ["bob"]
    assert rows(simulation, "bob") == 2


def test_a_metric_is_learned_as_the_mean_of_an_interval(simulation: Simulation) -> None:
    """Where nothing came is a gap, and no zero."""
    metrics = SimulatedMetrics(simulation)
    metrics.series("queue", [10.0, 20.0, 30.0], every=60, age=SINCE + 30)
    moment = simulation.now - SINCE
    learn(simulation, moment, "metric", metrics=["queue"])
    simulation.now += 2 * FIVE_MINUTES
    metrics.hear()
    learn(simulation, moment + FIVE_MINUTES, "metric", metrics=["queue"])

    learned = detector_of(simulation, "queue", "metric")
    assert learned.pace.rows == 1
    assert learned.level.level**2 == pytest.approx(20)


def test_who_is_forgotten_is_forgotten_here_as_well(transfers: Transfers) -> None:
    """Once a day it is looked for states of series that are not there any more."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    learn(simulation, simulation.now - SINCE)
    redis: Any = simulation.client.redis
    simulation.run(
        simulation.client.ask(redis.zrem("blinkenlights:{transfer}:good:client", "alice"))
    )
    midnight = (simulation.now // 86400 + 1) * 86400
    simulation.now = midnight + SINCE
    transfers.heard()
    transfers.over("bob", 210)
    learn(simulation, midnight)

    assert list(packed_states(simulation)) == ["bob"]


def test_days_are_lived_in_the_zone_that_is_configured(transfers: Transfers) -> None:
    """Two in the afternoon UTC is four in Berlin, as long as it is summer there."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    begun = simulation.now - SINCE - FIVE_MINUTES
    learn(simulation, simulation.now - SINCE, zone="Europe/Berlin")

    assert detector_of(simulation, "alice").level.hour == (begun + 2 * 3600) // 3600


def test_what_is_excluded_is_told_to_checks(transfers: Transfers) -> None:
    """They need not know of calendars."""
    simulation = transfers.simulation
    moment = simulation.now - SINCE
    learn(simulation, moment, exclude=["2026-09-22"], zone="Europe/Berlin")
    redis: Any = simulation.client.redis
    told = simulation.run(simulation.client.ask(redis.get(keys.SETTINGS)))

    assert json.loads(told) == {
        "interval": 300,
        "zone": "Europe/Berlin",
        "excluded": [[1790028000.0, 1790114400.0]],
    }
