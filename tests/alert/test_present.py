"""What is said of a thing that is well again: what it is now."""

from collections.abc import Mapping

import pytest

from blinkenlights.alert.present import present_of
from blinkenlights.kinds.rows import Fact

CASES: dict[str, tuple[Mapping[str, Fact], str]] = {
    "number": ({"value": 4}, "value is 4 now"),
    "age": ({"age": 75.4}, "age is 1m 15s now"),
    "text": ({"state": "beating"}, "state is 'beating' now"),
    "several": ({"value": 4, "facts.queue": 12.5}, "value is 4, facts.queue is 12.5 now"),
    "more-than-are-read": ({"a": 1, "b": 2, "c": 3, "d": 4}, "a is 1, b is 2, c is 3 now"),
    "what-does-not-change": ({"name": "web1", "tags.env": "prod"}, ""),
    "nothing": ({"value": None}, ""),
}


@pytest.mark.parametrize(("values", "expected"), CASES.values(), ids=CASES)
def test_what_it_is_now_reads(values: Mapping[str, Fact], expected: str) -> None:
    assert present_of(values) == expected
