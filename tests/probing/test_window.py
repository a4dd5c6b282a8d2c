"""How late probes began: said within a tenth, and forgotten after five minutes."""

import pytest

from blinkenlights.probing.window import GROWTH, SECONDS, LagWindow


def window(*lags: float) -> LagWindow:
    made = LagWindow(10, 0.0)
    for lag in lags:
        made.ran(lag, 0.5, 1.0)
    return made


@pytest.mark.parametrize("lag", [0.0012, 0.05, 1.0, 33.3, 900.0])
def test_a_lag_is_said_within_a_tenth(lag: float) -> None:
    """Never as less than it was."""
    said = window(*[lag] * 100).message(1.0)

    assert lag - 0.0001 <= said.lag_95 <= lag * GROWTH + 0.0001
    assert said.lag_median == said.lag_95
    assert said.lag_most == pytest.approx(lag)


def test_one_of_twenty_is_beyond_95_percent() -> None:
    """So one that is very late changes the longest lag only."""
    said = window(*[0.01] * 95, *[60.0] * 5).message(1.0)

    assert said.lag_95 < 0.02
    assert said.lag_most == 60


def test_what_is_older_than_five_minutes_is_forgotten() -> None:
    """A prober that kept up again is not late for ever."""
    made = window(60.0)
    made.passed(5, 3, 1.0)

    said = made.message(SECONDS + 20)

    assert (said.run, said.due, said.missed, said.lag_most) == (0, 0, 0, 0)


def test_capacity_that_is_used_is_a_share() -> None:
    """Ten at a time for ten seconds are a hundred seconds; twenty of half a second use a tenth."""
    made = window(*[0.0] * 20)

    assert made.message(10.0).used == pytest.approx(0.1, abs=0.01)


def test_without_any_probe_nothing_was_late() -> None:
    """Zeros, and no division by them."""
    said = LagWindow(10, 0.0).message(0.0)

    assert (said.run, said.lag_95, said.used) == (0, 0, 0)
