"""Chances of sums, held against exact ones."""

import math

import pytest

from blinkenlights.expected.probability import chance_of_less, chance_of_more


def exact(count: int, mean: float, variance: float) -> float:
    """Return the chance of just this count."""
    if not variance:
        return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    shape = 1 / variance
    ways = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1)
    share = mean / (mean + shape)
    return math.exp(ways + shape * math.log1p(-share) + count * math.log(share))


@pytest.mark.parametrize(
    ("observed", "mean", "variance"),
    [
        (0, 3, 0),
        (0, 12, 0),
        (24, 50, 0),
        (220, 300, 0),
        (2, 50, 0.1),
        (20, 300, 0.2),
        (120, 300, 0.02),
    ],
)
def test_a_tail_is_as_likely_as_its_counts_together(
    observed: int, mean: float, variance: float
) -> None:
    """The formula is within a half of the sum over all counts, far into the tail."""
    below = sum(exact(count, mean, variance) for count in range(observed + 1))
    most = round(2 * mean - observed)
    above = 1 - sum(exact(count, mean, variance) for count in range(most))

    assert chance_of_less(observed, mean, variance, counts=True) == pytest.approx(below, rel=0.45)
    if above > 1e-12:
        more = chance_of_more(most, mean, variance, counts=True)
        assert more == pytest.approx(above, rel=0.45)


def test_what_is_not_less_than_expected_is_no_surprise() -> None:
    """Chances of the usual are 1, from both sides."""
    assert chance_of_less(10, 10, 0, counts=True) == 1
    assert chance_of_more(10, 10, 0, counts=True) == 1


def test_something_where_nothing_is_expected_is_impossible() -> None:
    """Nothing there is certain."""
    assert chance_of_more(5, 0, 0, counts=True) == 0
    assert chance_of_less(0, 0, 0, counts=True) == 1


def test_a_gauge_has_no_unit() -> None:
    """The same share of the mean is as likely in watts as in kilowatts."""
    watts = chance_of_less(500, 1000, 0.02, counts=False)

    assert watts == pytest.approx(chance_of_less(0.5, 1, 0.02, counts=False))
