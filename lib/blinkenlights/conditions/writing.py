"""Expressions as the library takes them, written anew from their nodes.

All numbers are floating-point there, as they are in JSON: CEL would divide 9 by 10 to 0, and
refuse to add 1 and 0.5. And `has()` asks for each step of its path: CEL's raises where a step
before the last is missing.
"""

import json
import re

from blinkenlights.conditions.showing import shown
from blinkenlights.conditions.syntax import (
    Binary,
    Call,
    Choice,
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

NUMBERS = frozenset(("size", "int"))
"""Functions of the library that give whole numbers."""

_RANKS = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5}
_RANKS |= dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3)
"""How strongly a sign binds."""
_UNARY = 6
_MEMBER = 7
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)


RESERVED = frozenset(
    [
        *("as", "break", "const", "continue", "else", "false", "for", "function"),
        *("if", "import", "in", "let", "loop", "package", "namespace", "null"),
        *("return", "true", "var", "void", "while", "has", "all", "exists"),
        *("exists_one", "filter", "map", "type", "int", "double", "string", "size"),
        *("bool", "uint", "bytes", "list", "duration", "timestamp", "matches", "contains"),
        *("optional", "dyn"),
    ]
)
"""Words that the library reads in its own way; none may be a name of ours."""


def written(node: Node) -> str:
    """Return an expression as the library takes it."""
    return _Writer(for_people=False).whole(node)


def said(node: Node) -> str:
    """Return an expression as sentences show it."""
    return _Writer(for_people=True).whole(node)


class _Writer:
    def __init__(self, *, for_people: bool) -> None:
        self._for_people = for_people

    def whole(self, node: Node) -> str:  # noqa: C901, PLR0912 - a table of cases
        """Return the text of an expression."""
        match node:
            case Constant(value=value):
                return self._constant(value)
            case Name(name=name):
                return name
            case Field(of=of, name=name):
                if self._for_people and _PLAIN.fullmatch(name):
                    return f"{self._within(of, _MEMBER)}.{name}"
                return f"{self._within(of, _MEMBER)}[{self._constant(name)}]"
            case Index(of=of, key=key):
                return f"{self._within(of, _MEMBER)}[{self._key(key)}]"
            case Has(field=field):
                if self._for_people:
                    return f"has({self.whole(field)})"
                return f"({' && '.join(self._steps(field))})"
            case Call():
                return self._call(node)
            case Loop(over=over, macro=macro, variable=variable, bodies=bodies):
                inner = ", ".join((variable, *map(self.whole, bodies)))
                return f"{self._within(over, _MEMBER)}.{macro}({inner})"
            case Items(items=items):
                return f"[{', '.join(map(self.whole, items))}]"
            case Pairs(pairs=pairs):
                return (
                    "{"
                    + ", ".join(f"{self.whole(key)}: {self.whole(of)}" for key, of in pairs)
                    + "}"
                )
            case Unary(sign=sign, of=of):
                return f"{sign}{self._within(of, _UNARY)}"
            case Binary(sign=sign, left=left, right=right):
                rank = _RANKS[sign]
                return f"{self._within(left, rank)} {sign} {self._within(right, rank + 1)}"
            case Choice(condition=condition, then=then, otherwise=otherwise):
                parts = (
                    self._within(condition, 1),
                    self._within(then, 1),
                    self._within(otherwise, 1),
                )
                return "{} ? {} : {}".format(*parts)

    def _within(self, node: Node, rank: int) -> str:
        """Return the text of a part, in parentheses where it binds less than what it stands in."""
        match node:
            case Binary(sign=sign):
                own = _RANKS[sign]
            case Unary():
                own = _UNARY
            case Choice():
                own = 0
            case _:
                return self.whole(node)
        return f"({self.whole(node)})" if own < rank else self.whole(node)

    def _constant(self, value: str | float | bool | None) -> str:
        if self._for_people:
            return shown(value)
        if isinstance(value, float):
            return f"({value!r})" if value < 0 else repr(value)
        return json.dumps(value, ensure_ascii=False)

    def _key(self, key: Node) -> str:
        if isinstance(key, Constant) and isinstance(key.value, float) and key.value.is_integer():
            return str(int(key.value))
        return self.whole(key)

    def _call(self, node: Call) -> str:
        arguments = [self.whole(each) for each in node.arguments]
        first = ""
        if node.is_method:
            first = f"{self._within(node.arguments[0], _MEMBER)}."
            del arguments[0]
        text = f"{first}{node.name}({', '.join(arguments)})"
        is_whole = node.name in NUMBERS and not self._for_people
        return f"double({text})" if is_whole else text

    def _steps(self, node: Node) -> list[str]:
        match node:
            case Field(of=of, name=name):
                of_text = self._within(of, _MEMBER)
                return [
                    *self._steps(of),
                    f"type({of_text}) == type({{}})",
                    f"{self._constant(name)} in {of_text}",
                ]
            case Index(of=of, key=Constant(value=float() as number)):
                of_text = self._within(of, _MEMBER)
                return [
                    *self._steps(of),
                    f"type({of_text}) == type([])",
                    f"size({of_text}) > {int(number)}",
                ]
        return []
