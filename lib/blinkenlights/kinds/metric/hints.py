"""How a series wants to be shown, as its events say: none of it is believed unseen."""

from math import isfinite
from typing import Literal, NamedTuple

GRAPHS = ("line", "bar", "none")
MOST_THRESHOLDS = 4
LARGEST = 1e300
"""A larger number than that cannot be drawn beside its opposite."""


class Shape(NamedTuple):
    """How a series wants to be shown."""

    form: Literal["line", "bar", "none"] = "line"
    title: str = ""
    unit: str = ""
    bounds: tuple[float, ...] = ()
    """The least and the most; empty when the picture is fitted to its numbers."""
    thresholds: tuple[float, ...] = ()


def hint(key: str, value: object) -> object:
    """Return what a hint that is no text for people means; None when it means nothing.

    `range` is `[0, 100]`, the least first; `thresholds` are one to four numbers, or one alone.
    """
    if key == "graph":
        return value if isinstance(value, str) and value in GRAPHS else None
    if key == "thresholds" and not isinstance(value, list):
        value = [value]
    if not isinstance(value, list) or not all(map(_is_number, value)):
        return None
    if key == "range":
        return value if len(value) == 2 and value[0] < value[1] else None  # noqa: PLR2004 - a pair
    return value if 0 < len(value) <= MOST_THRESHOLDS else None


def shape_of(said: dict[str, object]) -> Shape:
    """Return how a series wants to be shown; as a line, where it does not say."""
    graph = hint("graph", said.get("graph"))
    form: Literal["line", "bar", "none"] = "bar" if graph == "bar" else "line"
    return Shape(
        "none" if graph == "none" else form,
        _text(said.get("title")),
        _text(said.get("unit")),
        _numbers(hint("range", said.get("range"))),
        _numbers(hint("thresholds", said.get("thresholds"))),
    )


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST and isfinite(value)


def _numbers(value: object) -> tuple[float, ...]:
    return tuple(map(float, value)) if isinstance(value, list) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
