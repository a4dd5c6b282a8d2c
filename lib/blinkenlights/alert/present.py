"""What is found of a thing that is well again, in words: `value is 4 now`. Pure."""

from collections.abc import Mapping

from blinkenlights.conditions.showing import shown
from blinkenlights.kinds.rows import Fact
from blinkenlights.plugin.words import span
from blinkenlights.rules.range_condition import AGES

NAMED = 3
"""Values that are named; a condition may use many."""
_LASTING = ("tags", "name")
"""What does not change while an alert fires, and so tells nobody that it is over."""


def present_of(values: Mapping[str, Fact]) -> str:
    """Return the values that a rule looked at, by the paths that people write; empty for none."""
    found = [
        f"{path} is {_shown(path, value)}"
        for path, value in values.items()
        if path.partition(".")[0] not in _LASTING and value is not None
    ]
    return f"{', '.join(found[:NAMED])} now" if found else ""


def _shown(path: str, value: Fact) -> str:
    if path in AGES and isinstance(value, int | float):
        return span(value)
    return shown(value)
