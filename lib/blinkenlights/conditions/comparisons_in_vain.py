"""Comparisons that never hold, or always, whatever comes: each is a slip of the pen."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from blinkenlights.conditions.errors import MistakeError
from blinkenlights.conditions.syntax import (
    FLIPPED,
    Binary,
    Constant,
    Field,
    Items,
    Name,
    Node,
    children,
)
from blinkenlights.conditions.vocabulary import (
    ANYTHING,
    Fields,
    FreeMap,
    Number,
    Plain,
    Type,
    type_of,
    word_for,
)


def lint_comparison(node: Binary, names: Mapping[str, Type]) -> None:
    """Raise MistakeError when a comparison says the same of everything."""
    left, right = type_of(node.left, names), type_of(node.right, names)
    if ANYTHING in (left, right):
        return
    if isinstance(left, Number) and isinstance(right, Number):
        _lint_numbers(node, left, right)
        return
    same = type(left) is type(right) if not isinstance(left, Plain) else left == right
    maps = isinstance(left, Fields | FreeMap) and isinstance(right, Fields | FreeMap)
    if not same and not maps:
        often = "always" if node.sign == "!=" else "never"
        both = f"{word_for(left)} is compared with {word_for(right)}, which {often} holds"
        raise MistakeError(node.at, both + _rewritten(node, left, right))


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
                return f"; write {other.value} {node.sign} {path_before(node.right)[:-1]}"
            return f"; write {path_before(node.left)[:-1]} {node.sign} {other.value}"
    wanted = left if isinstance(node.right, Constant) else right
    return f"; write {word_for(wanted)}"


def _lint_numbers(node: Binary, left: Number, right: Number) -> None:
    sign = node.sign
    if left.least == left.most:
        left, right, sign = right, left, FLIPPED.get(sign, sign)
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
        raise MistakeError(node.at, f"this {'always' if always else 'never'} holds; it is {bounds}")


def lint_words(node: Node, words: Mapping[str, Sequence[str]]) -> None:
    """Raise MistakeError when a name is compared with a word that it never is.

    Args:
        node: An expression.
        words: Name -> all that it can be.
    """
    if isinstance(node, Binary) and node.sign in {"==", "!=", "in"}:
        for name, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(name, Name) and name.name in words:
                for each in other.items if isinstance(other, Items) else (other,):
                    _lint_word(each, name.name, words[name.name])
    for each in children(node):
        lint_words(each, words)


def _lint_word(node: Node, name: str, words: Sequence[str]) -> None:
    if isinstance(node, Constant) and isinstance(node.value, str) and node.value not in words:
        close = get_close_matches(node.value, words, 1)
        instead = f"write '{close[0]}'" if close else f"it is {', '.join(words)}"
        raise MistakeError(node.at, f"{name} is never '{node.value}'; {instead}")


def path_before(node: Node) -> str:
    """Return the path to what a field belongs to: `time.`."""
    match node:
        case Name(name=name):
            return f"{name}."
        case Field(of=of, name=name):
            return f"{path_before(of)}{name}."
    return "it."
