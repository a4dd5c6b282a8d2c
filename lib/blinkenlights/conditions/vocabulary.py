"""Which names conditions may use, and of what type each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from blinkenlights.conditions.syntax import (
    COMPARISONS,
    Binary,
    Call,
    Constant,
    Field,
    Has,
    Index,
    Items,
    Loop,
    Name,
    Node,
    Pairs,
    Unary,
)


class Number(NamedTuple):
    """A number, and between which bounds it always is."""

    least: float = float("-inf")
    most: float = float("inf")


class Plain(NamedTuple):
    """A type that says all by its name."""

    name: Literal["text", "boolean", "null", "list", "anything"]


TEXT = Plain("text")
BOOLEAN = Plain("boolean")
NULL = Plain("null")
LIST = Plain("list")
ANYTHING = Plain("anything")
"""Known only when it is there: what others sent as JSON."""


class Fields(NamedTuple):
    """A map with these keys and no others."""

    fields: Mapping[str, "Type"]


class FreeMap(NamedTuple):
    """A map with any keys, all of one type."""

    of: "Type"


Type = Number | Plain | Fields | FreeMap

_WORDS = {"==": BOOLEAN, "in": BOOLEAN, "&&": BOOLEAN, "||": BOOLEAN, "!": BOOLEAN}
_CALLS: Mapping[str, Type] = {
    "size": Number(least=0),
    "int": Number(),
    "double": Number(),
    "string": TEXT,
    "contains": BOOLEAN,
    "startsWith": BOOLEAN,
    "endsWith": BOOLEAN,
    "matches": BOOLEAN,
}
FUNCTIONS = _CALLS.keys()


@dataclass(frozen=True)
class Vocabulary:
    """The names of one kind of thing."""

    names: Mapping[str, Type]
    thing: str
    """Whom a missing value is missing in: `the answer`."""
    endless: Sequence[str] = field(default=())
    """Names of values that may be long: `json`, `body`. Loops may go over them but not use them."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of a text -> all that it can be: `state`."""


def type_of(node: Node, names: Mapping[str, Type]) -> Type:  # noqa: C901 - a table of cases
    """Return the type of an expression, as far as its text tells it."""
    match node:
        case Constant(value=value):
            return _type_of_constant(value)
        case Name(name=name):
            return names.get(name, ANYTHING)
        case Field(of=of, name=name):
            return _type_of_field(type_of(of, names), name)
        case Index(of=of):
            found = type_of(of, names)
            return found.of if isinstance(found, FreeMap) else ANYTHING
        case Has():
            return BOOLEAN
        case Call(name=name):
            return _CALLS.get(name, ANYTHING)
        case Loop(macro=macro):
            return LIST if macro in {"map", "filter"} else BOOLEAN
        case Items():
            return LIST
        case Pairs():
            return FreeMap(ANYTHING)
        case Unary(sign=sign):
            return BOOLEAN if sign == "!" else Number()
        case Binary(sign=sign):
            if sign in COMPARISONS or sign in _WORDS:
                return BOOLEAN
            return ANYTHING if sign == "+" else Number()
    return ANYTHING


def _type_of_constant(value: str | float | bool | None) -> Type:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else Number(value, value)


def _type_of_field(of: Type, name: str) -> Type:
    if isinstance(of, Fields):
        return of.fields.get(name, ANYTHING)
    return of.of if isinstance(of, FreeMap) else ANYTHING


def word_for(kind: Type) -> str:
    """Return a type in words: `a number`."""
    match kind:
        case Number():
            return "a number"
        case Fields() | FreeMap():
            return "a map"
        case Plain(name="anything" | "null" as name):
            return name
        case Plain(name=name):
            return f"a {name}"
