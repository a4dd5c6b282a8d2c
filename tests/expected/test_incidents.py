"""What incidents teach, and what the shape of a week is while it is young."""

import math

import pytest

from expected.series import DAY, HOUR, MONDAY, STEP, daily, learned


def with_incidents(moment: float) -> float:
    """Return a rate that loses all for an hour, or a third for six hours, each day in turn."""
    day, hour = divmod(moment - MONDAY, 31 * HOUR)
    if moment < MONDAY + 14 * DAY:
        return daily(moment)
    if day % 2 and hour < HOUR:
        return 0.0
    return daily(moment) * (0.65 if not day % 2 and hour < 6 * HOUR else 1.0)


def working_week(moment: float) -> float:
    """Return a rate that is half at weekends."""
    return daily(moment) * (0.5 if (moment - MONDAY) % (7 * DAY) >= 5 * DAY else 1.0)


def test_an_incident_each_day_hardly_lowers_what_is_expected() -> None:
    """They take 5 percent of what comes, and the next one is not held against what they left."""
    healthy, troubled = learned(35), learned(35, with_incidents)

    moments = [MONDAY + 35 * DAY + number * HOUR for number in range(24 * 7)]
    expected = [sum(map(each.expected_mean, moments)) for each in (healthy, troubled)]

    assert expected[1] > 0.97 * expected[0]


def test_a_weekend_is_no_noise_of_the_days_after_it() -> None:
    """The first weekend teaches the weekend, and not that the level falls and rises again."""
    detector = learned(28, working_week)

    moments = [MONDAY + 28 * DAY + number * HOUR + HOUR / 2 for number in range(24 * 7)]
    misses = [detector.expected_mean(at) / working_week(at) - 1 for at in moments]

    assert math.sqrt(sum(miss**2 for miss in misses) / len(misses)) < 0.035
    assert math.sqrt(detector.noise.variance(6 * HOUR, STEP)) < 0.05


def test_what_lasts_moves_the_level_though_it_is_no_incident() -> None:
    """A seventh less, for good: it is too little to be said, and is followed within two weeks."""
    less = learned(21 + 14, lambda at: daily(at) * (0.86 if at > MONDAY + 21 * DAY else 1.0))

    noon = MONDAY + 35.5 * DAY
    assert less.expected_mean(noon) < 0.9 * daily(noon)


def test_hours_that_were_seen_first_are_as_well_known_as_others() -> None:
    """The level is only being found then, and what moves it moves no hour that was seen."""
    detector = learned(21)

    moments = [MONDAY + 21 * DAY + number * HOUR for number in range(24)]
    assert all(detector.expected_mean(at) == pytest.approx(daily(at), rel=0.06) for at in moments)
