"""Expressions from their text: the part of CEL that conditions may use.

The library is never given what a file says, only what is written anew from the nodes. So the two
parsers cannot disagree: what was not understood here is not run.
"""

from blinkenlights.conditions.errors import MistakeError
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
from blinkenlights.conditions.tokens import Token, tokens

MAX_DEPTH = 24
"""How deep parentheses, lists and signs may be nested: far below what the library's stack takes."""
MAX_TERMS = 100
"""How many operators one row of them may have: each one is a level of the tree."""

MACROS = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
"""What goes over a list or map, and how many arguments it has."""
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_CONSTANTS = {"true": True, "false": False, "null": None}
_WORDS = {"and": "&&", "or": "||", "not": "!", "is": "==", "True": "true", "False": "false"}


def parsed(text: str) -> Node:
    """Return an expression as a tree. Raise MistakeError."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def whole(self) -> Node:
        node = self._expression()
        if self._next.sort != "end":
            raise self._unexpected()
        return node

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _sees(self, *signs: str) -> bool:
        token = self._next
        return token.sort in {"sign", "name"} and token.raw in signs

    def _need(self, sign: str) -> None:
        if not self._sees(sign):
            raise self._unexpected(f"; a {sign} is missing here")
        self._take()

    def _unexpected(self, what: str = "") -> MistakeError:
        token = self._next
        if token.sort == "name" and token.raw in _WORDS:
            return MistakeError(token.at, f"write {_WORDS[token.raw]} in place of {token.raw}")
        if token.sort == "end":
            return MistakeError(token.at, "the expression ends too early" + what)
        return MistakeError(token.at, f"{token.raw[:20]} cannot stand here" + what)

    def _expression(self) -> Node:
        self._deeper()
        condition = self._row(0)
        if self._sees("?"):
            at = self._take().at
            then = self._row(0)
            self._need(":")
            condition = Choice(condition, then, self._expression(), at)
        self._depth -= 1
        return condition

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MistakeError(self._next.at, f"this is nested more than {MAX_DEPTH} deep")

    def _row(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._row(level + 1)
        terms = 1
        while self._sees(*_LEVELS[level]):
            sign = self._take()
            terms += 1
            if terms > MAX_TERMS:
                raise MistakeError(sign.at, f"more than {MAX_TERMS} terms in a row")
            node = Binary(sign.raw, node, self._row(level + 1), sign.at)
        return node

    def _unary(self) -> Node:
        if not self._sees("!", "-"):
            return self._member()
        self._deeper()
        sign = self._take()
        of = self._unary()
        self._depth -= 1
        if sign.raw == "-" and isinstance(of, Constant) and type(of.value) is float:
            return Constant(-of.value, sign.at)
        return Unary(sign.raw, of, sign.at)

    def _member(self) -> Node:
        node = self._primary()
        steps = 0
        while self._sees(".", "["):
            steps += 1
            if steps > MAX_DEPTH:
                raise MistakeError(self._next.at, f"a path of more than {MAX_DEPTH} steps")
            at = self._take().at
            if self._tokens[self._place - 1].raw == "[":
                key = self._expression()
                self._need("]")
                is_text = isinstance(key, Constant) and isinstance(key.value, str)
                node = Field(node, str(key.value), at) if is_text else Index(node, key, at)  # type: ignore[union-attr]
                continue
            if self._next.sort != "name":
                raise self._unexpected("; a name is missing here")
            name = self._take()
            node = self._method(node, name) if self._sees("(") else Field(node, name.raw, name.at)
        return node

    def _method(self, of: Node, name: Token) -> Node:
        arguments = self._arguments()
        if name.raw not in MACROS:
            return Call(name.raw, (of, *arguments), True, name.at)
        if len(arguments) not in MACROS[name.raw]:
            raise MistakeError(
                name.at, f"write {name.raw}(item, item > 0): a name, then what to do"
            )
        variable, *bodies = arguments
        if not isinstance(variable, Name):
            raise MistakeError(
                variable.at, f"the first argument of {name.raw}() is a name of your own"
            )
        return Loop(of, name.raw, variable.name, tuple(bodies), name.at)

    def _arguments(self) -> list[Node]:
        self._need("(")
        return self._list(")")

    def _list(self, end: str) -> list[Node]:
        nodes: list[Node] = []
        while not self._sees(end):
            nodes.append(self._expression())
            if not self._sees(end):
                self._need(",")
        self._take()
        return nodes

    def _primary(self) -> Node:
        token = self._next
        if token.sort in {"text", "number"}:
            self._take()
            return Constant(token.value, token.at)
        if token.sort == "name" and token.raw != "in" and token.raw not in _WORDS:
            self._take()
            if token.raw in _CONSTANTS:
                return Constant(_CONSTANTS[token.raw], token.at)
            return self._call(token) if self._sees("(") else Name(token.raw, token.at)
        if self._sees("("):
            self._take()
            node = self._expression()
            self._need(")")
            return node
        if self._sees("["):
            self._take()
            return Items(tuple(self._list("]")), token.at)
        if self._sees("{"):
            self._take()
            return self._pairs(token.at)
        raise self._unexpected()

    def _call(self, name: Token) -> Node:
        arguments = self._arguments()
        if name.raw != "has":
            return Call(name.raw, tuple(arguments), False, name.at)
        if len(arguments) != 1 or not isinstance(arguments[0], Field):
            raise MistakeError(name.at, "has() takes a field, as in has(json.queue)")
        return Has(arguments[0], name.at)

    def _pairs(self, at: int) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self._sees("}"):
            key = self._expression()
            self._need(":")
            pairs.append((key, self._expression()))
            if not self._sees("}"):
                self._need(",")
        self._take()
        return Pairs(tuple(pairs), at)
