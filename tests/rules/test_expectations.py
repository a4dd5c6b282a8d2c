"""Rules may name what is expected of a client, a source or a metric at this hour."""

import re
from random import Random

import pytest

from blinkenlights.expected.kept import Unusual
from blinkenlights.kinds.expected.read import plan
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.rules.vocabulary import foreseen_of
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import after_rows, configure, put, usual
from rules.looking import Looking
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import Transfers
from servers.simulation import Simulation

FEW = """
few:
  client: "*"
  over: 10m
  critical: rate < expected_low
"""


def move(simulation: Simulation, name: str, per_minute: int) -> None:
    """Let so many go through in each of the last 30 minutes."""
    number = per_minute * 30
    ages = [20 + (place + 0.5) * 1800 / number for place in range(number)]
    Transfers(simulation).over(name, *ages)


@pytest.mark.parametrize(("per_minute", "found"), [(3, {"few: anna": "critical"}), (25, {})])
def test_a_client_below_what_is_expected_is_found(
    simulation: Simulation, per_minute: int, found: dict[str, str]
) -> None:
    """Some 20 to 27 a minute are usual at this hour."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", per_minute)

    assert Looking(simulation, FEW).found() == found


def test_what_is_expected_is_said(simulation: Simulation) -> None:
    """How much came, against which limit, and on what that rests; without long digits."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", 3)

    [found] = Looking(simulation, FEW).look().found

    assert re.fullmatch(
        r"rate was 3, expected_low was (\d\d\.\d\d?) \(\1 to 2\d\.\d\d?/min is expected "
        r"at this hour: 2 weeks, 36 samples\)",
        found.judged.why,
    )
    assert 15 < float(str(found.judged.values["expected_low"])) < 25


def test_of_small_values_as_many_digits_are_said_as_tell_them_apart(
    simulation: Simulation,
) -> None:
    """A latency of 0.003 is not "0 to 0 is expected"."""
    configure(simulation)
    series = Random(1)  # noqa: S311 - a simulation
    start = simulation.now // 300 * 300 - 8 * 86400
    rows = [(start + 300.0 * place, series.gauss(0.003, 0.0001)) for place in range(8 * 288)]
    put(simulation, "www.latency", after_rows(rows), "metric")
    rule = FEW.replace("client", "metric").replace("rate <", "value > 0.4 && value >")
    metrics = SimulatedMetrics(simulation)
    metrics.send(metrics.event("www.latency", 0.5, age=20))

    [found] = Looking(simulation, rule).look().found

    assert re.search(
        r"expected_low was 0\.002\d+ \(0\.002\d+ to 0\.003\d+ is expected", found.judged.why
    )


def test_what_was_unusual_says_how_much_it_was_and_when(simulation: Simulation) -> None:
    """A score alone says nobody what happened."""
    configure(simulation)
    strange = Unusual(0.95321, simulation.now - 1500, 15.0, 95.0, 135.0)
    put(simulation, "anna", usual(simulation.now)._replace(below=strange))
    move(simulation, "anna", 3)
    rules = 'few:\n  client: "*"\n  critical: unusual >= 0.5\n'

    [found] = Looking(simulation, rules).look().found

    assert found.judged.why == (
        "unusual was 0.953, limit 0.5 (3/min 25m ago, when 19 to 27/min was expected)"
    )


def test_where_nothing_was_unusual_it_is_said_what_is_expected(simulation: Simulation) -> None:
    """As for the other names."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    rules = 'few:\n  client: "*"\n  critical: unusual >= 0.0\n'
    move(simulation, "anna", 3)

    [found] = Looking(simulation, rules).look().found

    assert re.search(r" \([12]\d\S* to [23]\d\S*/min is expected at this hour", found.judged.why)


def test_beside_what_is_unusual_it_is_said_how_much_came_in_a_window(
    simulation: Simulation,
) -> None:
    """Where the rule asks for it, against its own limit."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    rules = FEW.replace("rate < expected_low", "rate >= 0 && unusual >= 0.0")
    move(simulation, "anna", 3)

    [found] = Looking(simulation, rules).look().found

    assert found.judged.why.startswith("rate was 3, limit 0, ")
    assert re.search(r" \([12]\d\S* to [23]\d\S*/min is expected at this hour", found.judged.why)


LOUD = FEW + "  missing: critical\n"


def test_what_is_not_learned_at_all_is_missing(simulation: Simulation) -> None:
    """A rule that can never find anything is to be heard of."""
    configure(simulation)
    move(simulation, "anna", 3)

    assert Looking(simulation, LOUD).found() == {"few: anna": "missing"}


@pytest.mark.parametrize("days", [1, 3, 6])
def test_nothing_is_found_before_enough_was_learned(simulation: Simulation, days: int) -> None:
    """Nobody is alarmed before a week was seen, whatever is said of what is missing."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now, days=days))
    move(simulation, "anna", 3)

    [found] = Looking(simulation, LOUD).look(("few", "anna")).found

    assert found.judged.outcome == "doubtful"
    assert re.search(r"learning, \d+(d|h).* left", found.judged.why)


def test_what_is_unusual_is_found_after_two_days(simulation: Simulation) -> None:
    """It needs no week."""
    configure(simulation)
    strange = Unusual(0.9, simulation.now - 1500, 15.0, 95.0, 135.0)
    put(simulation, "anna", usual(simulation.now, days=3)._replace(below=strange))
    rules = 'few:\n  client: "*"\n  critical: unusual >= 0.5\n'
    move(simulation, "anna", 3)

    assert Looking(simulation, rules).found() == {"few: anna": "critical"}


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        (3600, -3600, "doubtful"),
        (3600, 600, "doubtful"),
        (3600, 1200, "critical"),
        (-10, -3600, "critical"),
    ],
    ids=["now", "within the window", "over", "to come"],
)
def test_a_time_that_is_excluded_alarms_nobody(
    simulation: Simulation, start: float, end: float, outcome: str
) -> None:
    """A holiday, and a maintenance of some: nothing is found, and nothing ends."""
    span = (simulation.now - start, simulation.now - end)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", 3)
    with StoreReader(parse_address(simulation.url), 5) as store:
        for excluded, planned in (([span], []), ([], [Excluded("client", "an*", *span)])):
            configure(simulation, excluded=excluded)
            plan(store, planned)

            assert Looking(simulation, LOUD).found(("few", "anna")) == {"few: anna": outcome}


def test_only_what_can_be_learned_has_expectations() -> None:
    assert foreseen_of("client") == foreseen_of("source") == foreseen_of("metric")
    assert "expected_low" in foreseen_of("client")
    assert foreseen_of("component") == frozenset()
