"""What is usual is learned once of each interval, whoever does it and whatever happens to them."""

import json
from typing import Any

import pytest

from blinkenlights.config import Config
from blinkenlights.expected.kept import pack_kept
from blinkenlights.kinds.duty import Turn
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.learning import Learner, duties
from blinkenlights.kinds.expected.read import plan
from blinkenlights.kinds.expected.settings import ExpectedConfig
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.kinds.registry import learnables
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import (
    FIVE_MINUTES,
    after_rows,
    detector_of,
    kept_states,
    packed_states,
)
from servers.duties import DutifulCollector
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import Simulation

SINCE = 200
"""Seconds since the interval of five minutes has begun, when a simulation begins."""


@pytest.fixture
def transfers(simulation: Simulation) -> Transfers:
    """Give a store that hears transfers."""
    assert simulation.now % FIVE_MINUTES == SINCE
    return Transfers(simulation)


def later(transfers: Transfers, seconds: float = FIVE_MINUTES) -> None:
    """Let time pass, in which transfers are heard."""
    transfers.simulation.now += seconds
    transfers.heard()


def learn(
    simulation: Simulation,
    moment: float,
    sort: str = "client",
    **table: Any,  # noqa: ANN401
) -> None:
    """Learn one interval, as a collector does that was told to do it."""
    [learnable] = [each for each in learnables() if each.sort == sort]
    with StoreReader(parse_address(simulation.url), 5) as store:
        horizon = read_horizon(store.ask(*COMMANDS), simulation.now, learnable.kind)
        Learner(ExpectedConfig(**table), learnable).learn(Turn(store, horizon, moment, 100))


def rows(simulation: Simulation, name: str = "alice", sort: str = "client") -> float:
    """Return how many rows were learned of a series; 0 for none."""
    kept = kept_states(simulation, sort).get(name)
    return kept.detector.pace.rows if kept else 0


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


def test_an_interval_is_left_alone_until_all_of_it_is_stored(transfers: Transfers) -> None:
    """What waits in a queue belongs to it."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.heard(behind=SINCE + 1)
    collector = DutifulCollector(simulation)
    collector.work()
    before = packed_states(simulation)
    transfers.over("alice", 211)
    transfers.heard()

    collector.work()

    assert before == {}
    assert detector_of(simulation, "alice").level.level ** 2 == pytest.approx(2)


def test_a_state_goes_on_with_the_next_interval(transfers: Transfers) -> None:
    """The same comes of it as of a detector that was never stored."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation)
    given = []
    for number in (3, 1, 0, 4):
        transfers.over("alice", *([SINCE + 10.0] * number))
        collector.work()
        given.append((simulation.now - SINCE - FIVE_MINUTES, float(number)))
        later(transfers)

    # Until she comes nobody knows of her.
    assert packed_states(simulation)["alice"] == pack_kept(after_rows(given))


def test_what_was_learned_is_not_learned_again(transfers: Transfers) -> None:
    """Whoever was killed between learning and taking note of it begins the interval anew."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    DutifulCollector(simulation).work()
    before = packed_states(simulation)
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.delete(keys.LEARNED + "client")))

    DutifulCollector(simulation).work()

    assert packed_states(simulation) == before


def test_a_state_that_is_broken_is_learned_anew_and_that_is_said(
    transfers: Transfers, caplog: pytest.LogCaptureFixture
) -> None:
    """The collector goes on, and the others keep what was learned of them."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    transfers.over("bob", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    state = bytearray(packed_states(simulation)["alice"])
    state[1500] ^= 1
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.hset(keys.STATES + "client", "alice", bytes(state))))
    later(transfers)

    collector.work()

    assert rows(simulation) == 1
    assert rows(simulation, "bob") == 2
    assert "what was learned of client alice cannot be read" in caplog.text


def test_two_collectors_learn_each_interval_once(transfers: Transfers) -> None:
    """In turns and at once."""
    simulation = transfers.simulation
    collectors = [DutifulCollector(simulation) for _ in range(2)]
    for number in (2, 5, 3):
        transfers.over("alice", *([SINCE + 10.0] * number))
        for each in collectors:
            each.work()
        later(transfers)

    assert rows(simulation) == 3
    assert kept_states(simulation)["alice"].revision == 3


def test_who_was_slow_does_not_undo_what_others_learned(
    transfers: Transfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written only where nobody has written since it was read."""
    simulation = transfers.simulation
    moment = simulation.now - SINCE
    transfers.over("alice", 210)
    learn(simulation, moment)
    asked = StoreReader.ask

    def slow(store: StoreReader, *commands: Any) -> Any:  # noqa: ANN401 - as it is
        if commands[0][0] == "EVALSHA":
            monkeypatch.setattr(StoreReader, "ask", asked)
            later(transfers)
            learn(simulation, moment + FIVE_MINUTES)
        return asked(store, *commands)

    monkeypatch.setattr(StoreReader, "ask", slow)
    later(transfers)
    learn(simulation, moment + FIVE_MINUTES)

    begun = moment - FIVE_MINUTES
    expected = after_rows([(begun, 1.0), (begun + FIVE_MINUTES, 0.0)])
    assert packed_states(simulation)["alice"] == pack_kept(expected)


def test_a_gap_teaches_nothing(transfers: Transfers) -> None:
    """What was not heard from its beginning to its end is neither zero nor less than it was."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    later(transfers)
    simulation.gap(SINCE + 100, SINCE + 90, REPORTS)
    transfers.over("alice", 210)

    collector.work()
    later(transfers)
    collector.work()

    assert rows(simulation) == 2
    assert detector_of(simulation, "alice").pace.newest == simulation.now - SINCE - FIVE_MINUTES


def test_what_comes_late_does_not_count(transfers: Transfers) -> None:
    """Its interval is learned already."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    before = packed_states(simulation)
    transfers.over("alice", 220, 230, 240)
    collector.work()

    assert packed_states(simulation) == before


def test_a_backlog_of_an_hour_is_learned_interval_by_interval(transfers: Transfers) -> None:
    """Each transfer counts where it belongs, as its time says."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    collector = DutifulCollector(simulation)
    collector.work()
    first = simulation.now - SINCE - FIVE_MINUTES
    simulation.now += 3600
    given = [(first, 1.0)]
    for place in range(12):
        age = SINCE + 3600 - (place * FIVE_MINUTES) - 10.0
        transfers.over("alice", *([age] * place))
        given.append((first + FIVE_MINUTES * (place + 1), float(place)))
    transfers.heard()

    collector.work()

    assert packed_states(simulation)["alice"] == pack_kept(after_rows(given))


def test_a_clock_that_goes_back_teaches_nothing_twice(transfers: Transfers) -> None:
    """The hour that comes again was learned; after it goes on what is new."""
    simulation = transfers.simulation
    collector = DutifulCollector(simulation)
    for _ in range(3):
        transfers.over("alice", 210)
        collector.work()
        later(transfers)
    before = packed_states(simulation)
    simulation.now -= 3 * FIVE_MINUTES
    for _ in range(3):
        transfers.heard()
        collector.work()
        assert packed_states(simulation) == before
        simulation.now += FIVE_MINUTES
    transfers.heard()
    collector.work()

    assert rows(simulation) == 4


def test_what_a_clock_far_ahead_taught_does_not_stop_learning_for_ever(
    transfers: Transfers,
) -> None:
    """After an hour of rows that are a year older, these are the present."""
    simulation = transfers.simulation
    transfers.over("alice", 210)
    learn(simulation, simulation.now - SINCE)
    simulation.now -= 365 * 86400
    start = simulation.now - SINCE
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.set("blinkenlights:{collector}:born", start - 9e6)))
    transfers.heard()
    for place in range(13):
        simulation.now += FIVE_MINUTES
        transfers.heard()
        learn(simulation, start + place * FIVE_MINUTES)

    assert detector_of(simulation, "alice").pace.newest == start + 11 * FIVE_MINUTES


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


def test_a_state_that_is_broken_is_learned_anew(transfers: Transfers) -> None:
    """And so is one of another version."""
    simulation = transfers.simulation
    redis: Any = simulation.client.redis
    for broken in (b"", b"x", b"\x05\0\0\0" + b"other" * 300):
        simulation.run(simulation.client.ask(redis.hset(keys.STATES + "client", "alice", broken)))
        transfers.over("alice", 210)
        learn(simulation, simulation.now - SINCE)

        assert rows(simulation) == 1


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
