"""Rules may name what is expected of a client, a source or a metric at this hour."""

import re

import pytest

from blinkenlights.rules.vocabulary import foreseen_of
from kinds.expected.learned import configure, put, usual
from rules.looking import Looking
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
    """Some 21 to 28 a minute are usual at this hour."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", per_minute)

    assert Looking(simulation, FEW).found() == found


def test_what_is_expected_is_said(simulation: Simulation) -> None:
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", 3)

    [found] = Looking(simulation, FEW).look().found

    assert found.judged.why.startswith("rate was 3, expected_low was ")
    assert re.search(r" \([12]\d(\.\d)? to [23]\d(\.\d)? is expected\)$", found.judged.why)
    assert 15 < float(str(found.judged.values["expected_low"])) < 25


@pytest.mark.parametrize(("over", "came"), [("", ""), ("  over: 10m\n", "rate was 3, limit 0, ")])
def test_what_is_unusual_says_what_is_expected(
    simulation: Simulation, over: str, came: str
) -> None:
    """The score alone says nobody how much that is; with a window it is said how much came."""
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))
    move(simulation, "anna", 3)
    condition = "rate >= 0 && unusual >= 0.0" if over else "unusual >= 0.0"
    rules = f'few:\n  client: "*"\n{over}  critical: {condition}\n'

    [found] = Looking(simulation, rules).look().found

    assert re.search(r" \([12]\d(\.\d)? to [23]\d(\.\d)? is expected\)$", found.judged.why)
    assert came in found.judged.why


def test_nothing_is_found_before_enough_was_learned(simulation: Simulation) -> None:
    """What is expected is not there yet: that is missing, and neither good nor bad."""
    configure(simulation)
    move(simulation, "anna", 3)

    assert Looking(simulation, FEW).found(("few", "anna")) == {"few: anna": "missing"}


def test_only_what_can_be_learned_has_expectations() -> None:
    assert foreseen_of("client") == foreseen_of("source") == foreseen_of("metric")
    assert "expected_low" in foreseen_of("client")
    assert foreseen_of("component") == frozenset()
