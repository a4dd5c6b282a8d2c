"""Since when the workers of a location carry too little, and when that is over."""

from blinkenlights.probing.scheduling.limit import ScalingLimit

NOW = 1_764_000_000.0


def test_it_is_hit_when_somebody_is_missed_and_over_when_nobody_is_for_two_periods() -> None:
    limit = ScalingLimit()
    limit.hit(NOW, 60.0)
    limit.hit(NOW + 60, 60.0)

    limit.look(NOW + 179, capacity=4, waiting=2)
    assert limit.since == NOW
    limit.look(NOW + 180, capacity=4, waiting=2)
    assert limit.since is None


def test_it_does_not_flutter_with_short_periods() -> None:
    limit = ScalingLimit()
    limit.hit(NOW, 1.0)

    limit.look(NOW + 14, capacity=4, waiting=0)

    assert limit.since == NOW


def test_where_nobody_works_it_is_hit_within_seconds_whatever_the_period() -> None:
    limit = ScalingLimit()
    limit.look(NOW, capacity=0, waiting=1)
    limit.look(NOW + 4, capacity=0, waiting=1)
    assert limit.since is None

    limit.look(NOW + 5, capacity=0, waiting=1)

    assert limit.since == NOW + 5


def test_where_nothing_waits_nobody_is_needed() -> None:
    limit = ScalingLimit()
    for second in range(20):
        limit.look(NOW + second, capacity=0, waiting=0)

    assert limit.since is None
