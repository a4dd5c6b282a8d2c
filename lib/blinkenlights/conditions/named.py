"""The values that an expression names, and how to find each. Pure."""

from collections.abc import Iterator, Mapping

from blinkenlights.conditions.paths import Step
from blinkenlights.conditions.syntax import Constant, Field, Index, Loop, Name, Node, children
from blinkenlights.conditions.writing import said


def paths_in(node: Node) -> Mapping[str, tuple[Step, ...]]:
    """Return the values that an expression names, as people write them, and how to find each."""
    return dict(paths(node))


def steps_to(node: Node) -> tuple[Step, ...]:
    """Return the path that a part of an expression is; empty when it is none."""
    match node:
        case Name(name=name):
            return (name,)
        case Field(of=of, name=name):
            steps = steps_to(of)
            return (*steps, name) if steps else ()
        case Index(of=of, key=Constant(value=float() as place)) if place >= 0 == place % 1:
            steps = steps_to(of)
            return (*steps, int(place)) if steps else ()
    return ()


def paths(
    node: Node, bound: frozenset[str] = frozenset()
) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Give the values that an expression names, some of them perhaps twice.

    Args:
        node: The expression.
        bound: Variables of loops around it, which are no values.
    """
    steps = steps_to(node)
    if steps:
        if steps[0] not in bound:
            yield said(node), steps
        return
    if isinstance(node, Loop):
        bound |= {node.variable}
    for each in children(node):
        yield from paths(each, bound)
