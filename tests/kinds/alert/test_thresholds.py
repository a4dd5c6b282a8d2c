"""The numbers in the limits of a rule that can be drawn beside a curve."""

import pytest

from blinkenlights.kinds.alert.thresholds import thresholds

WHY = "value was 120, limit 100"


@pytest.mark.parametrize(
    ("limits", "drawn"),
    [
        (["value > 100"], [100]),
        (["value > 100 && tags.env == 'prod'", "avg>=1e3"], [100, 1000]),
        (["value < -1.5 || max > 20"], [-1.5, 20]),
        (["5 < value"], [5]),
        (["100", "10:"], [10, 100]),
        (["10:20"], [10, 20]),
        (["@1:5"], [1, 5]),
        (["~:5"], [5]),
        (["rate > 7", "age > 90", "count < 3"], []),
        (["facts.value > 7", "my_value > 7", "value > limit", "value > 7.x"], []),
        (["'value > 7' == name"], []),
        ([], []),
    ],
    ids=str,
)
def test_what_the_curve_is_held_against(limits: list[str], drawn: list[float]) -> None:
    assert thresholds(limits, WHY) == drawn


def test_a_range_of_something_else_is_not_drawn() -> None:
    """The curve is of the value, and not of the age."""
    assert thresholds(["100"], "age was 2m, limit 1m40s") == []
