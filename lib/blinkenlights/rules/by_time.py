"""When time alone changes what comes of an expression."""

from typing import NamedTuple

from blinkenlights.conditions.constants import constant_of
from blinkenlights.conditions.syntax import COMPARISONS, Binary, Name, Node, children
from blinkenlights.rules.range_condition import AGES


class ByTime(NamedTuple):
    """When a condition may change though nothing comes."""

    constants: frozenset[float] = frozenset()
    """At these ages, or so many seconds after the state began."""
    at_any_moment: bool = False

    def __or__(self, other: object) -> "ByTime":
        """Return when one of two may change."""
        if not isinstance(other, ByTime):
            return NotImplemented
        return ByTime(self.constants | other.constants, self.at_any_moment or other.at_any_moment)


def by_time(node: Node) -> ByTime:
    """Return when an expression may change by time alone."""
    match node:
        case Binary(sign=sign, left=left, right=right) if sign in COMPARISONS:
            for one, other in ((left, right), (right, left)):
                constant = constant_of(other)
                if isinstance(one, Name) and one.name in AGES and constant is not None:
                    return ByTime(frozenset((constant,)))
        case Name(name=name) if name in AGES:
            return ByTime(at_any_moment=True)
    found = ByTime()
    for each in children(node):
        found |= by_time(each)
    return found
