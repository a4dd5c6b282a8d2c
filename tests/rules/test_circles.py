"""Circles among things that depend on each other."""

import time

import pytest

from blinkenlights.rules.files.circles import circles


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["nowhere"]}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"c": ["a"], "a": ["b"], "b": ["c"], "d": ["a"], "e": ["d"]}, [["a", "b", "c"]]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, [["a", "b"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c", "a"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["x"], "x": ["y"], "y": ["x"]}, [["x", "y"]]),
    ],
)
def test_each_is_found_once(needs: dict[str, list[str]], found: list[list[str]]) -> None:
    """From the name on that comes first; what only leads to one is in none."""
    assert list(circles(needs)) == found


@pytest.mark.parametrize("shape", ["chain", "ring", "pairs"])
def test_of_many_they_are_found_at_once(shape: str) -> None:
    """A folder may have as many rules as it has things."""
    names = [f"{number:06}" for number in range(20_000)]
    following = [*names[1:], "none" if shape == "chain" else names[0]]
    if shape == "pairs":
        following = [names[at ^ 1] for at in range(len(names))]
    started = time.process_time()

    found = list(circles({name: [other] for name, other in zip(names, following, strict=True)}))

    assert len(found) == {"chain": 0, "ring": 1, "pairs": 10_000}[shape]
    assert time.process_time() - started < 5
