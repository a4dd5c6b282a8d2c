"""Circles among things that depend on each other, found in time that grows as their number does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence


def circles(needs: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield circles: names of which each needs the next one, and the last one the first.

    Each name is in one of them at most. A circle begins with the name that comes first.

    Args:
        needs: Name -> what it needs; what is no name itself needs nothing.
    """
    left = {name: [each for each in of if each in needs] for name, of in needs.items()}
    needed_by = defaultdict(list)
    for name, of in left.items():
        for each in of:
            needed_by[each].append(name)
    open_needs = {name: len(of) for name, of in left.items()}

    def done(names: list[str]) -> None:
        """Take away names, and then all that needs nothing any more."""
        while names:
            name = names.pop()
            if left.pop(name, None) is None:
                continue
            for each in needed_by[name]:
                open_needs[each] -= 1
                if open_needs[each] == 0:
                    names.append(each)

    done([name for name, number in open_needs.items() if number == 0])
    for start in sorted(left):
        if start in left:
            circle = _circle_from(start, left)
            yield circle
            done(list(circle))


def _circle_from(start: str, left: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a circle that is met from a name on; everything that is left leads to one."""
    way: dict[str, None] = {}
    name = start
    while name not in way:
        way[name] = None
        name = next(each for each in left[name] if each in left)
    names = list(way)
    circle = names[names.index(name) :]
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]
