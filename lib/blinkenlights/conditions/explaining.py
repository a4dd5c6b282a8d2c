"""Why an expression does not hold, with what was found."""

from blinkenlights.conditions.comparing import found_at, kind_of
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.finding import MOST_VALUES, what_was_found
from blinkenlights.conditions.named import paths, paths_in, steps_to
from blinkenlights.conditions.running import FAILURES, run
from blinkenlights.conditions.showing import shown, typed
from blinkenlights.conditions.syntax import (
    COMPARISONS,
    FLIPPED,
    Binary,
    Constant,
    Field,
    Has,
    Index,
    Name,
    Node,
    Unary,
    alternatives,
)
from blinkenlights.conditions.writing import said

_IN_WORDS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
"""Monitoring cores take the signs out of what a check says."""


class _NothingError(Exception):
    """A part of an expression came to nothing; says why, in one sentence."""


def explained(node: Node, context: Context) -> str:
    """Return why an expression that does not hold does not, in one sentence."""
    parts = alternatives(node)
    if len(parts) > 1:
        reasons = dict.fromkeys(explained(each, context) for each in parts)
        return ", and ".join(reasons)
    try:
        match node:
            case Binary(sign=sign) if sign in COMPARISONS:
                return _comparison(node, context)
            case Binary(sign="in"):
                return _membership(node, context)
            case Has(field=field):
                return _absence(field, context)
            case Unary(sign="!", of=Has(field=field)):
                return f"{context.thing} has {said(field)}, want none"
            case Unary(sign="!", of=of) if steps_to(of):
                return f"{said(of)} was {_typed(_value(of, context), context)}, want false"
            case Name() | Field() | Index():
                return f"{said(node)} was {_typed(_value(node, context), context)}, want true"
        _value(node, context)
    except _NothingError as nothing:
        return str(nothing)
    found = what_was_found(node, context)
    return f"{said(node)} does not hold" + (f": {found}" if found else "")


def _value(node: Node, context: Context) -> object:
    """Return what a part comes to, exactly. Raise _NothingError."""
    if isinstance(node, Constant):
        return node.value
    steps = steps_to(node)
    try:
        return found_at(context, steps) if steps else run(node, context)
    except MissingError as missing:
        raise _NothingError(str(missing)) from None
    except FAILURES:
        raise _NothingError(_why_nothing(node, context)) from None


def _why_nothing(node: Node, context: Context) -> str:
    for _, steps in paths(node):
        try:
            found_at(context, steps)
        except MissingError as missing:
            return str(missing)
    found = [
        f"{path} was {_typed(found_at(context, steps), context)}"
        for path, steps in paths_in(node).items()
    ]
    reason = f": {', '.join(found[:MOST_VALUES])}" if found else ""
    return f"{said(node)} could not be worked out{reason}"


def _comparison(node: Binary, context: Context) -> str:
    left, right, sign = node.left, node.right, node.sign
    if isinstance(left, Constant):
        left, right, sign = right, left, FLIPPED.get(sign, sign)
    was, other = _value(left, context), _value(right, context)
    is_constant = isinstance(right, Constant)
    if kind_of(was) != kind_of(other):
        second = (
            _typed(other, context) if is_constant else f"{said(right)}, {_typed(other, context)}"
        )
        return f"{said(left)} was {_typed(was, context)}, compared with {second}"
    first = f"{said(left)} was {shown(was, context.secrets)}"
    if not is_constant:
        wanted = f"want {said(left)} {_IN_WORDS.get(sign, sign)} {said(right)}"
        return f"{first} and {said(right)} was {shown(other, context.secrets)}, {wanted}"
    if sign == "!=":
        return f"{first}, want anything else"
    want = shown(other, context.secrets)
    return f"{first}, want {want if sign == '==' else f'{_IN_WORDS[sign]} {want}'}"


def _membership(node: Binary, context: Context) -> str:
    was, among = _value(node.left, context), _value(node.right, context)
    what = shown(was, context.secrets)
    if not isinstance(node.left, Constant):
        what = f"{said(node.left)} was {what}"
        if not paths_in(node.right):
            return f"{what}, want one of {shown(among, context.secrets)}"
        return f"{what}, which is not in {said(node.right)}: {shown(among, context.secrets)}"
    return f"{what} is not in {said(node.right)}: {shown(among, context.secrets)}"


def _absence(field: Field, context: Context) -> str:
    _value(field, context)
    return f"{context.thing} has no {said(field)}"


def _typed(value: object, context: Context) -> str:
    if isinstance(value, bool):
        return shown(value)
    return typed(value, context.secrets)
