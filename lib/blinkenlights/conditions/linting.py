"""What is refused in an expression before it is ever used: names, types, and comparisons in vain."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from blinkenlights.conditions.errors import Mistake
from blinkenlights.conditions.syntax import (
    COMPARISONS,
    Binary,
    Call,
    Constant,
    Field,
    Loop,
    Name,
    Node,
    Unary,
    children,
    conjuncts,
)
from blinkenlights.conditions.vocabulary import (
    ANYTHING,
    BOOLEAN,
    FUNCTIONS,
    LIST,
    TEXT,
    Fields,
    FreeMap,
    Number,
    Type,
    Vocabulary,
    type_of,
    word_for,
)
from blinkenlights.conditions.writing import RESERVED

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_METHODS = frozenset(("contains", "startsWith", "endsWith", "matches"))


def lint(node: Node, vocabulary: Vocabulary) -> None:
    """Raise Mistake when an expression names what is unknown or compares what never holds."""
    _lint(node, vocabulary.names)
    for each in conjuncts(node):
        if not names_in(each, vocabulary.names):
            raise Mistake(
                each.at, f"this names nothing of {vocabulary.thing}, and is always the same"
            )
        kind = type_of(each, vocabulary.names)
        if kind not in (BOOLEAN, ANYTHING):
            raise Mistake(
                each.at, f"this is {word_for(kind)} and says neither yes nor no; compare it"
            )


def names_in(node: Node, known: Mapping[str, Type]) -> frozenset[str]:
    """Return the names of the vocabulary that an expression uses."""
    own = {node.name} if isinstance(node, Name) and node.name in known else set[str]()
    return frozenset(own.union(*(names_in(each, known) for each in children(node))))


def _lint(node: Node, names: Mapping[str, Type]) -> None:
    match node:
        case Name(name=name, at=at) if name not in names:
            raise Mistake(at, f"there is no {name}{_instead(name, names)}")
        case Field(of=of, name=name, at=at):
            kind = type_of(of, names)
            if isinstance(kind, Fields) and name not in kind.fields:
                raise Mistake(
                    at,
                    f"there is no {_path(of)}{name}{_instead(name, kind.fields, before=_path(of))}",
                )
            if kind in (TEXT, BOOLEAN) or isinstance(kind, Number):
                raise Mistake(at, f"{word_for(kind)} has no {name}; leave it out")
        case Call():
            _lint_call(node, names)
        case Loop(variable=variable, at=at):
            if variable in names or variable in RESERVED:
                raise Mistake(at, f"{variable} means something already; choose another name")
            _lint(node.over, names)
            for body in node.bodies:
                _lint(body, {**names, variable: ANYTHING})
            return
        case Unary(sign=sign, of=of, at=at):
            wanted = BOOLEAN if sign == "!" else Number()
            _need(of, wanted, names, at)
        case Binary(sign=sign) if sign in COMPARISONS:
            _lint_comparison(node, names)
        case Binary(sign="in", right=right, at=at):
            kind = type_of(right, names)
            if not isinstance(kind, Fields | FreeMap) and kind not in (ANYTHING, LIST):
                raise Mistake(
                    at, f"in looks into a list or map, not {word_for(kind)}; use contains()"
                )
        case Binary(sign="&&" | "||", left=left, right=right):
            _need(left, BOOLEAN, names, left.at)
            _need(right, BOOLEAN, names, right.at)
        case Binary(sign="%", at=at):
            raise Mistake(at, "there is no %; numbers are floating-point here")
        case Binary(sign="-" | "*" | "/", left=left, right=right, at=at):
            _need(left, Number(), names, at)
            _need(right, Number(), names, at)
    for each in children(node):
        _lint(each, names)


def _need(node: Node, wanted: Type, names: Mapping[str, Type], at: int) -> None:
    kind = type_of(node, names)
    if kind == ANYTHING or kind == wanted or (isinstance(kind, Number) and wanted != BOOLEAN):
        return
    help_ = "; compare it" if wanted == BOOLEAN else ""
    raise Mistake(at, f"{word_for(wanted)} is needed here, and this is {word_for(kind)}{help_}")


def _lint_call(node: Call, names: Mapping[str, Type]) -> None:
    if node.name not in FUNCTIONS:
        raise Mistake(node.at, f"there is no {node.name}(){_instead(node.name, FUNCTIONS, '()')}")
    is_method = node.name in _METHODS
    if len(node.arguments) != 1 + is_method or (is_method and not node.is_method):
        shape = f"text.{node.name}('part')" if is_method else f"{node.name}(value)"
        raise Mistake(node.at, f"write {shape}")
    if is_method:
        for each in node.arguments:
            kind = type_of(each, names)
            if kind not in (TEXT, ANYTHING):
                raise Mistake(each.at, f"{node.name}() is for texts, and this is {word_for(kind)}")


def _lint_comparison(node: Binary, names: Mapping[str, Type]) -> None:
    left, right = type_of(node.left, names), type_of(node.right, names)
    if ANYTHING in (left, right):
        return
    if isinstance(left, Number) and isinstance(right, Number):
        _lint_numbers(node, left, right)
        return
    same = type(left) is type(right) if not isinstance(left, type(TEXT)) else left == right
    maps = isinstance(left, Fields | FreeMap) and isinstance(right, Fields | FreeMap)
    if not same and not maps:
        raise Mistake(
            node.at,
            f"{word_for(left)} is compared with {word_for(right)}, which {'always' if node.sign == '!=' else 'never'} holds"
            f"{_rewritten(node, left, right)}",
        )


def _rewritten(node: Binary, left: Type, right: Type) -> str:
    for kind, other, sides in ((left, node.right, False), (right, node.left, True)):
        if (
            isinstance(kind, Number)
            and isinstance(other, Constant)
            and isinstance(other.value, str)
        ):
            try:
                float(other.value)
            except ValueError:
                continue
            if sides:
                return f"; write {other.value} {node.sign} {_path(node.right)[:-1]}"
            return f"; write {_path(node.left)[:-1]} {node.sign} {other.value}"
    wanted = left if isinstance(node.right, Constant) else right
    return f"; write {word_for(wanted)}"


def _lint_numbers(node: Binary, left: Number, right: Number) -> None:
    sign = node.sign
    if left.least == left.most:
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if right.least != right.most or left.least == left.most:
        return
    value = right.least
    outcomes = {
        "==": (False, not left.least <= value <= left.most),
        "!=": (not left.least <= value <= left.most, False),
        "<": (left.most < value, left.least >= value),
        "<=": (left.most <= value, left.least > value),
        ">": (left.least > value, left.most <= value),
        ">=": (left.least >= value, left.most < value),
    }
    always, never = outcomes[sign]
    if always or never:
        bounds = (
            f"{left.least:g} to {left.most:g}"
            if left.most < float("inf")
            else f"{left.least:g} or more"
        )
        raise Mistake(node.at, f"this {'always' if always else 'never'} holds; it is {bounds}")


def _path(node: Node) -> str:
    match node:
        case Name(name=name):
            return f"{name}."
        case Field(of=of, name=name):
            return f"{_path(of)}{name}."
    return "it."


def _instead(name: str, known: Iterable[str], end: str = "", before: str = "") -> str:
    close = get_close_matches(name, known, 1)
    if close:
        return f"; write {before}{close[0]}{end}"
    return f"; there are {', '.join(before + each + end for each in known)}"
