"""What is refused before it is ever used: unknown names, wrong types, comparisons in vain."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from blinkenlights.conditions.comparisons_in_vain import (
    lint_comparison,
    lint_words,
    path_before,
)
from blinkenlights.conditions.errors import MistakeError
from blinkenlights.conditions.syntax import (
    COMPARISONS,
    Binary,
    Call,
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

_METHODS = frozenset(("contains", "startsWith", "endsWith", "matches"))


def lint(node: Node, vocabulary: Vocabulary) -> None:
    """Raise MistakeError when an expression names what is unknown or compares what never holds."""
    _lint(node, vocabulary.names)
    lint_words(node, vocabulary.words)
    for each in conjuncts(node):
        if not names_in(each, vocabulary.names):
            raise MistakeError(
                each.at, f"this names nothing of {vocabulary.thing}, and is always the same"
            )
        kind = type_of(each, vocabulary.names)
        if kind not in (BOOLEAN, ANYTHING):
            raise MistakeError(
                each.at, f"this is {word_for(kind)} and says neither yes nor no; compare it"
            )


def names_in(node: Node, known: Mapping[str, Type]) -> frozenset[str]:
    """Return the names of the vocabulary that an expression uses."""
    own = {node.name} if isinstance(node, Name) and node.name in known else set[str]()
    return frozenset(own.union(*(names_in(each, known) for each in children(node))))


def _lint(node: Node, names: Mapping[str, Type]) -> None:
    match node:
        case Name(name=name, at=at) if name not in names:
            raise MistakeError(at, f"there is no {name}{_instead(name, names)}")
        case Field():
            _lint_field(node, names)
        case Call():
            _lint_call(node, names)
        case Loop():
            _lint_loop(node, names)
            return
        case Unary(sign=sign, of=of, at=at):
            _need(of, BOOLEAN if sign == "!" else Number(), names, at)
        case Binary():
            _lint_binary(node, names)
    for each in children(node):
        _lint(each, names)


def _lint_field(node: Field, names: Mapping[str, Type]) -> None:
    kind, path = type_of(node.of, names), path_before(node.of)
    if isinstance(kind, Fields) and node.name not in kind.fields:
        instead = _instead(node.name, kind.fields, before=path)
        raise MistakeError(node.at, f"there is no {path}{node.name}{instead}")
    if kind in (TEXT, BOOLEAN) or isinstance(kind, Number):
        raise MistakeError(node.at, f"{word_for(kind)} has no {node.name}; leave it out")


def _lint_loop(node: Loop, names: Mapping[str, Type]) -> None:
    if node.variable in names or node.variable in RESERVED:
        raise MistakeError(node.at, f"{node.variable} means something already; choose another name")
    _lint(node.over, names)
    for body in node.bodies:
        _lint(body, {**names, node.variable: ANYTHING})


def _lint_binary(node: Binary, names: Mapping[str, Type]) -> None:
    if node.sign in COMPARISONS:
        lint_comparison(node, names)
    elif node.sign in {"&&", "||"}:
        _need(node.left, BOOLEAN, names, node.left.at)
        _need(node.right, BOOLEAN, names, node.right.at)
    elif node.sign in {"-", "*", "/"}:
        _need(node.left, Number(), names, node.at)
        _need(node.right, Number(), names, node.at)
    elif node.sign == "%":
        raise MistakeError(node.at, "there is no %; numbers are floating-point here")
    elif node.sign == "in":
        kind = type_of(node.right, names)
        if not isinstance(kind, Fields | FreeMap) and kind not in (ANYTHING, LIST):
            raise MistakeError(
                node.at, f"in looks into a list or map, not {word_for(kind)}; use contains()"
            )


def _need(node: Node, wanted: Type, names: Mapping[str, Type], at: int) -> None:
    kind = type_of(node, names)
    if kind in (ANYTHING, wanted) or (isinstance(kind, Number) and wanted != BOOLEAN):
        return
    help_ = "; compare it" if wanted == BOOLEAN else ""
    raise MistakeError(
        at, f"{word_for(wanted)} is needed here, and this is {word_for(kind)}{help_}"
    )


def _lint_call(node: Call, names: Mapping[str, Type]) -> None:
    if node.name not in FUNCTIONS:
        raise MistakeError(
            node.at, f"there is no {node.name}(){_instead(node.name, FUNCTIONS, '()')}"
        )
    is_method = node.name in _METHODS
    if len(node.arguments) != 1 + is_method or (is_method and not node.is_method):
        shape = f"text.{node.name}('part')" if is_method else f"{node.name}(value)"
        raise MistakeError(node.at, f"write {shape}")
    if is_method:
        for each in node.arguments:
            kind = type_of(each, names)
            if kind not in (TEXT, ANYTHING):
                raise MistakeError(
                    each.at, f"{node.name}() is for texts, and this is {word_for(kind)}"
                )


def _instead(name: str, known: Iterable[str], end: str = "", before: str = "") -> str:
    close = get_close_matches(name, known, 1)
    if close:
        return f"; write {before}{close[0]}{end}"
    return f"; there are {', '.join(before + each + end for each in known)}"
