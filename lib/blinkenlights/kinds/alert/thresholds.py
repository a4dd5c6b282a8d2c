"""The numbers in the limits of a rule that can be drawn beside a curve. Pure."""

import re
from collections.abc import Iterable

DRAWN = ("value", "avg", "min", "max")
"""Names of conditions whose numbers a curve is of."""
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_COMPARED = re.compile(rf"(?<![\w.'\"])(?:{'|'.join(DRAWN)})\s*[<>]=?\s*({_NUMBER})(?![\w.])")
_COMPARED_BACKWARDS = re.compile(
    rf"(?<![\w.'\"])({_NUMBER})\s*[<>]=?\s*(?:{'|'.join(DRAWN)})(?![\w.(])"
)
_RANGE = re.compile(rf"@?(?:(~|{_NUMBER})?:)?({_NUMBER})?")


def thresholds(limits: Iterable[str], why: str) -> list[float]:
    """Return the numbers that a curve of a thing is held against, ascending.

    Args:
        limits: As the file of the rule has them: ranges, or expressions such as `value > 100`.
        why: What is said of the thing, `value was 120, limit 100`: of what a range is.
    """
    of = why.partition(" was ")[0]
    found: set[float] = set()
    for text in limits:
        as_range = _RANGE.fullmatch(text.strip())
        if as_range is None:
            compared = [*_COMPARED.findall(text), *_COMPARED_BACKWARDS.findall(text)]
            found.update(map(float, compared))
        elif of in DRAWN:
            found.update(float(end) for end in as_range.groups() if end and end != "~")
    return sorted(found)
