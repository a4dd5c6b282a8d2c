"""What an expression is made of.

Every node knows where it stands in the text: `at` is an offset, counted from 0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, boolean or null."""

    value: str | float | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the vocabulary, or the variable of a loop."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    """`json.queue`, and `json['queue']` as well."""

    of: "Node"
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Index:
    """`json.items[0]`, with any key that is no constant text."""

    of: "Node"
    key: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Has:
    """`has(json.queue.depth)`."""

    field: Field
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function; `body.contains('ok')` has `body` as its first argument."""

    name: str
    arguments: tuple["Node", ...]
    is_method: bool
    at: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`json.items.all(item, item.size > 0)`; `map` may have two bodies, a condition and a value."""

    over: "Node"
    macro: str
    variable: str
    bodies: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Items:
    """`[1, 2]`."""

    items: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """`{'a': 1}`."""

    pairs: tuple[tuple["Node", "Node"], ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!a` or `-a`."""

    sign: str
    of: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`, `a < b`, `a in b`, `a && b`."""

    sign: str
    left: "Node"
    right: "Node"
    at: int
    """Where the sign stands."""


@dataclass(frozen=True, slots=True)
class Choice:
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
