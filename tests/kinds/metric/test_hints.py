"""How a series wants to be shown, and that no wish does harm."""

import json
from math import isfinite

import pytest

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.metric.hints import Shape, shape_of
from blinkenlights.kinds.metric.numbat import parser
from blinkenlights.kinds.rows import Curve
from blinkenlights.web.curve import Picture


def extras(**hints: object) -> dict[str, object]:
    """Return what is kept of the hints of an event."""
    event = parser()(json.dumps({"name": "a", "value": 1, **hints}).encode(), 0.0)
    assert not isinstance(event, Rejected)
    kept: dict[str, object] = json.loads(event.extras or "{}")
    return kept


def test_all_hints_are_kept() -> None:
    """They say all that a picture needs."""
    hints = {
        "graph": "bar",
        "unit": "MB",
        "range": [0, 100],
        "title": "Memory",
        "thresholds": [80, 95],
    }

    assert extras(**hints) == hints
    assert shape_of(extras(**hints)) == Shape("bar", "Memory", "MB", (0, 100), (80, 95))
    assert extras(thresholds=80) == {"thresholds": [80]}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("graph", "pie"),
        ("graph", ["line"]),
        ("range", "abc"),
        ("range", [0]),
        ("range", [100, 0]),
        ("range", [0, 0]),
        ("range", [0, "100"]),
        ("range", [False, True]),
        ("range", [0, 10**400]),
        ("range", [-1.7e308, 1.7e308]),
        ("thresholds", []),
        ("thresholds", [1] * 5),
        ("thresholds", "80"),
        ("thresholds", None),
        ("thresholds", [10**400]),
    ],
)
def test_a_hint_that_means_nothing_is_left_out(key: str, value: object) -> None:
    """Neither what comes nor what is in the store already is believed."""
    assert extras(**{key: value}) == {}
    assert shape_of({key: value}) == Shape()


def test_a_hint_that_is_not_a_number_is_left_out() -> None:
    """JSON of other programs knows NaN and the infinite."""
    nan, infinite = float("nan"), float("inf")

    assert shape_of({"range": [nan, 1], "thresholds": [infinite]}) == Shape()


def test_the_largest_numbers_can_be_drawn() -> None:
    """The distance of two numbers may be more than a float can hold."""
    column: list[float | None] = [-1.7e308, None, 1.7e308, float("inf")]
    picture = Picture(Curve("the last hour", 0, 60, column, column, column, limits=[0.0]))

    places = [
        float(place) for points in picture.lines for place in points.replace(",", " ").split()
    ]
    places += [bar.y for bar in picture.bars]
    places += picture.limits

    assert places
    assert all(isfinite(place) and 0 <= place <= picture.width for place in places)


def test_thresholds_are_lines_and_words() -> None:
    """They lie within the picture, although no number came near."""
    column: list[float | None] = [1.0, 2.0]
    picture = Picture(Curve("the last hour", 0, 60, column, column, column, limits=[80.0]))

    assert list(picture.limits) == [2.0]
    assert "threshold 80" in picture.text


def test_a_gap_is_a_gap() -> None:
    """No line goes over it, and it is not zero."""
    column: list[float | None] = [5.0, 6.0, None, None, 6.0, 5.0]
    picture = Picture(Curve("the last hour", 0, 60, column, column, column))

    assert len(list(picture.lines)) == 2
    assert "lowest 5," in picture.text
    assert "nothing came for 33% of it" in picture.text
