"""What lasts and is less than usual is an incident: it is not learned as noise."""

from expected.series import DAY, HOUR, MONDAY, daily, learned


def with_drops(moment: float) -> float:
    """Return a small rate that loses four tenths for three hours of thirty, after two weeks."""
    hours = (moment - MONDAY) % (30 * HOUR)
    share = 0.6 if moment > MONDAY + 14 * DAY and hours < 3 * HOUR else 1.0
    return share * daily(moment, 25.0)


def test_drops_that_last_hardly_grow_the_noise() -> None:
    """Or each of them would hide the next one."""
    healthy = learned(28, lambda moment: daily(moment, 25.0))
    troubled = learned(28, with_drops)

    grown = troubled.noise.variance(HOUR, 300) - healthy.noise.variance(HOUR, 300)

    assert grown < 0.006
