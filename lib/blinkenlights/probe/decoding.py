"""JSON answers as values, strictly: what two readers would read differently is refused."""

import json
import math
import re
from collections.abc import Sequence

from blinkenlights.conditions.context import MissingError
from blinkenlights.conditions.fences import MAX_DEPTH, MAX_VALUES
from blinkenlights.conditions.hiding import beginning
from blinkenlights.conditions.showing import shown

_WHOLE = 2**63
_LONG = 21
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


class _TwiceError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def decoded(body: bytes, secrets: Sequence[str] = ()) -> object:
    """Return the value of a JSON answer. Raise MissingError with why it has none.

    Whole numbers beyond 64 bits become floating-point ones.
    """
    if not body.strip():
        raise MissingError("the answer has no JSON: it is empty")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MissingError(
            f"the answer is not JSON: byte {error.start} is not UTF-8, as JSON has to be"
        ) from None
    _measure(body)
    try:
        return _decode(text)
    except _TwiceError as error:
        key = shown(error.key, secrets)
        raise MissingError(f"the JSON of the answer has the key {key} twice") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        begins = shown(beginning(text, 40, secrets))
        raise MissingError(
            f"the answer is not JSON: {error.msg} at {where}; it begins with {begins}"
        ) from None


def _measure(body: bytes) -> None:
    # json.loads goes down by recursion. Most bodies have fewer brackets than that in all.
    few_brackets = body.count(b"[") + body.count(b"{") <= MAX_DEPTH
    if few_brackets and body.count(b",") <= MAX_VALUES:
        return
    bare = _STRINGS.sub(b"", body)
    if bare.count(b",") > MAX_VALUES:
        raise MissingError(f"the JSON of the answer has more than {MAX_VALUES:,} values")
    depth = 0
    for bracket in _BRACKETS.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise MissingError(f"the JSON of the answer is nested more than {MAX_DEPTH} deep")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _TwiceError(key)
            seen.add(key)
    return value


def _int(digits: str) -> float:
    # Python refuses to read thousands of digits as a whole number, and takes long below that.
    if len(digits) < _LONG:
        value = int(digits)
        if -_WHOLE <= value < _WHOLE:
            return value
    return _float(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise MissingError(f"the JSON of the answer has a number out of range: {digits[:20]}")
    return value


def _constant(name: str) -> float:
    raise MissingError(f"the JSON of the answer has {name}, which is no JSON")


# Made once: each call of json.loads with hooks would make one.
_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_constant
).decode
