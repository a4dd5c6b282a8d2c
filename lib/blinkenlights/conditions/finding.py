"""What an expression found: the values that it names, each with the limit it is held against.

An alarm says by it what, how much and against which limit.
"""

from collections.abc import Iterator, Mapping, Sequence

from blinkenlights.conditions.comparing import found_at
from blinkenlights.conditions.constants import constant_of
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.named import paths, steps_to
from blinkenlights.conditions.paths import Step
from blinkenlights.conditions.running import FAILURES, run
from blinkenlights.conditions.showing import number, shown
from blinkenlights.conditions.syntax import Binary, Loop, Node, alternatives, children

MOST_VALUES = 4
"""How many values a sentence shows."""
_ORDERED = frozenset(("<", "<=", ">", ">="))
_Paths = Mapping[str, tuple[Step, ...]]


def what_was_found(node: Node, context: Context) -> str:
    """Return the values that an expression names: `json.depth was 120, limit 100, status was 200`.

    Of `a || b` those of what holds, unless nothing does.
    """
    sentences: list[str] = []
    left = MOST_VALUES
    for values, limits in _joined(_holding(node, context)):
        if len(values) > left:
            break
        left -= len(values)
        sentences += [_found(path, steps, context) for path, steps in values.items()]
        if limits:
            sentences.append(_against(limits, values, context))
    return ", ".join(sentences)


def _holding(node: Node, context: Context) -> Sequence[Node]:
    """Return the alternatives that hold; all of them where none does."""
    parts = alternatives(node)
    return [each for each in parts if _holds(each, context)] or parts


def _holds(node: Node, context: Context) -> bool:
    try:
        return run(node, context) is True
    except FAILURES:
        return False


def _joined(nodes: Sequence[Node]) -> Iterator[tuple[_Paths, Sequence[float]]]:
    """Give values, each once, with all limits that they are held against."""
    found: dict[tuple[str, ...], tuple[_Paths, list[float]]] = {}
    for node in nodes:
        for values, limit in _parts(node):
            _, limits = found.setdefault(tuple(values), (values, []))
            if limit is not None and limit not in limits:
                limits.append(limit)
    limited = {path for values, limits in found.values() if limits for path in values}
    for values, limits in found.values():
        if limits or not limited.issuperset(values):
            yield values, limits


def _parts(
    node: Node, bound: frozenset[str] = frozenset()
) -> Iterator[tuple[_Paths, float | None]]:
    """Give the values of each part, with the number that they are compared with, if any."""
    if isinstance(node, Binary) and node.sign in _ORDERED:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            limit = constant_of(other)
            values = dict(paths(side, bound))
            if limit is not None and values:
                yield values, limit
                return
    steps = steps_to(node)
    if steps:
        yield from (({path: found}, None) for path, found in paths(node, bound))
        return
    if isinstance(node, Loop):
        bound |= {node.variable}
    for each in children(node):
        yield from _parts(each, bound)


def _found(path: str, steps: tuple[Step, ...], context: Context) -> str:
    try:
        value = found_at(context, steps)
    except MissingError as missing:
        return str(missing)
    show = context.shown_as.get(path)
    if show and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{path} was {show(value)}"
    return f"{path} was {shown(value, context.secrets)}"


def _against(limits: Sequence[float], values: _Paths, context: Context) -> str:
    # Of a sum of several the limit is a plain number.
    path = next(iter(values)) if len(values) == 1 else ""
    show = context.shown_as.get(path, number)
    return f"limit{'s' if len(limits) > 1 else ''} {' and '.join(map(show, limits))}"
