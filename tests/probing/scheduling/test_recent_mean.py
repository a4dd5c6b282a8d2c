"""How long probes take at present, for how many are needed at a time."""

import pytest

from blinkenlights.probing.scheduling.recent_mean import SECONDS, RecentMean


def test_before_there_is_any_it_is_zero() -> None:
    assert RecentMean().value == 0


def test_it_follows_within_minutes_where_few_come() -> None:
    """Ten endpoints of a minute, whose network is slow from then on."""
    mean = RecentMean()
    for number in range(600):
        mean.add(0.1, 6.0 * number)
    for number in range(600, 620):
        mean.add(10.0, 6.0 * number)

    assert mean.value > 8


def test_one_value_moves_it_little_where_many_come() -> None:
    """A thousand a second, of which one times out: an autoscaler must not start workers for it."""
    mean = RecentMean()
    for number in range(60_000):
        mean.add(0.1, number / 1000)
    mean.add(10.0, 60.0)

    assert mean.value == pytest.approx(0.1, rel=0.01)


def test_what_is_long_ago_counts_no_more() -> None:
    mean = RecentMean()
    mean.add(100.0, 0.0)
    mean.add(1.0, 20 * SECONDS)

    assert mean.value == pytest.approx(1.0)
