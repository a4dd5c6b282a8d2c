"""What is expected of series in numbers, as rules ask for it."""

import pytest

from blinkenlights.errors import StoreAnswer
from blinkenlights.expected.expectation import expectation_of
from blinkenlights.expected.kept import Unusual, begun
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.expected.read import read_planned, read_settings
from kinds.expected.learned import usual
from servers.simulation import Simulation


def test_what_is_expected_of_a_minute_or_a_value(simulation: Simulation) -> None:
    """A rate by the minute."""
    kept = usual(simulation.now)

    rate = expectation_of(kept, simulation.now, is_rate=True)
    value = expectation_of(kept, simulation.now, is_rate=False)

    assert rate is not None
    assert value is not None
    assert 5 * rate.expected == pytest.approx(value.expected)
    assert 18 < rate.expected_low < rate.expected < rate.expected_high < 30
    assert rate.unusual == 0


def test_nothing_is_expected_before_two_days_were_seen(simulation: Simulation) -> None:
    """Of what is new, and of what was never seen."""
    young = usual(simulation.now, days=1)

    assert expectation_of(young, simulation.now, is_rate=True) is None
    assert expectation_of(begun(), simulation.now, is_rate=True) is None


def test_what_was_unusual_in_the_last_hour(simulation: Simulation) -> None:
    """The highest score."""
    now = simulation.now
    kept = usual(now)._replace(
        below=Unusual(0.6, now - 600, 0.0, 1.0, 2.0), above=Unusual(0.9, now - 6000, 9.0, 1.0, 2.0)
    )

    found = expectation_of(kept, now, is_rate=True)
    earlier = expectation_of(kept, now - 5000, is_rate=True)

    assert found is not None
    assert earlier is not None
    assert (found.unusual, earlier.unusual) == (0.6, 0.9)


@pytest.mark.parametrize("text", ["x", "[1]", '[["client", "a*", "x", 1]]'])
def test_plans_that_are_not_ours_are_refused(text: str) -> None:
    """By the name of their key; none are none."""
    assert read_planned(None) == []

    with pytest.raises(StoreAnswer, match=keys.EXCLUDED.replace("{", r"\{")):
        read_planned(text)


@pytest.mark.parametrize("text", ["", "[]", '{"interval": 1}', '{"zone": "x", "excluded": []}'])
def test_settings_that_are_not_ours_are_refused(text: str) -> None:
    """By the name of their key."""
    with pytest.raises(StoreAnswer, match=keys.SETTINGS.replace("{", r"\{")):
        read_settings([text, None])


@pytest.mark.parametrize("interval", ["0", "-5", "NaN", "Infinity"])
def test_an_interval_that_is_none_is_not_ours(interval: str) -> None:
    """It is said where it stands, and nothing is divided by it."""
    told = f'{{"interval": {interval}, "zone": "UTC", "excluded": []}}'

    with pytest.raises(StoreAnswer, match="settings holds something that is not ours"):
        read_settings((told, None))
