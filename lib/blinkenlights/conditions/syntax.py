"""What an expression is made of.

Every node knows where it stands in the text: `at` is an offset, counted from 0.
"""

from typing import NamedTuple


class Constant(NamedTuple):
    """A number, text, boolean or null."""

    value: str | float | bool | None
    at: int


class Name(NamedTuple):
    """A name of the vocabulary, or the variable of a loop."""

    name: str
    at: int


class Field(NamedTuple):
    """`json.queue`, and `json['queue']` as well."""

    of: "Node"
    name: str
    at: int


class Index(NamedTuple):
    """`json.items[0]`, with any key that is no constant text."""

    of: "Node"
    key: "Node"
    at: int


class Has(NamedTuple):
    """`has(json.queue.depth)`."""

    field: Field
    at: int


class Call(NamedTuple):
    """A function; `body.contains('ok')` has `body` as its first argument."""

    name: str
    arguments: tuple["Node", ...]
    is_method: bool
    at: int


class Loop(NamedTuple):
    """`json.items.all(item, item.size > 0)`; `map` may have two bodies, a condition and a value."""

    over: "Node"
    macro: str
    variable: str
    bodies: tuple["Node", ...]
    at: int


class Items(NamedTuple):
    """`[1, 2]`."""

    items: tuple["Node", ...]
    at: int


class Pairs(NamedTuple):
    """`{'a': 1}`."""

    pairs: tuple[tuple["Node", "Node"], ...]
    at: int


class Unary(NamedTuple):
    """`!a` or `-a`."""

    sign: str
    of: "Node"
    at: int


class Binary(NamedTuple):
    """`a + b`, `a < b`, `a in b`, `a && b`."""

    sign: str
    left: "Node"
    right: "Node"
    at: int
    """Where the sign stands."""


class Choice(NamedTuple):
    """`a ? b : c`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: int


Node = Constant | Name | Field | Index | Has | Call | Loop | Items | Pairs | Unary | Binary | Choice

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The sign when both sides change places; the others stay."""
COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in the order of the text."""
    match node:
        case Constant() | Name():
            return ()
        case Field(of=of) | Unary(of=of):
            return (of,)
        case Has(field=field):
            return (field,)
        case Index(of=of, key=key):
            return (of, key)
        case Call(arguments=parts) | Items(items=parts):
            return parts
        case Loop(over=over, bodies=bodies):
            return (over, *bodies)
        case Pairs(pairs=pairs):
            return tuple(each for pair in pairs for each in pair)
        case Binary(left=left, right=right):
            return (left, right)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)


def conjuncts(node: Node) -> list[Node]:
    """Return the parts of `a && b && c`; of anything else itself."""
    return _split(node, "&&")


def alternatives(node: Node) -> list[Node]:
    """Return the parts of `a || b || c`; of anything else itself."""
    return _split(node, "||")


def _split(node: Node, sign: str) -> list[Node]:
    parts: list[Node] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Binary) and each.sign == sign:
            waiting += [each.right, each.left]
        else:
            parts.append(each)
    return parts
