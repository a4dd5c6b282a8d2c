"""The text of an expression as tokens: names, numbers, texts and signs."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from blinkenlights.conditions.errors import MistakeError

Sort = Literal["name", "number", "text", "sign", "end"]


class Token(NamedTuple):
    """One of them."""

    sort: Sort
    value: str | float
    """Of a number the number, of a text what it says, without quotes and escapes."""
    at: int
    """Where it begins."""
    raw: str
    """As it is written."""


_BLANK = re.compile(r"(?:[ \t\r\n\f]|//[^\n]*)*")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)(?![\w])", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIGN = re.compile(r"&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]{}]")
_TEXT = re.compile(r"""[rR]?(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "?": "?",
}
_LAST = 0x10FFFF
_HALVES = (0xD800, 0xDFFF)
"""Of characters in UTF-16; no characters themselves."""
EXACT = 2**53
"""From here on two whole numbers may be one floating-point number."""
_TOO_PRECISE = "a number above 2^53 cannot be told from its neighbour; compare it without CEL"
_MISTAKEN = {"=": "write == to compare", "&": "write && for and", "|": "write || for or"}


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression, the last one an `end`. Raise MistakeError."""
    at = 0
    while True:
        at = _end(_BLANK, text, at)
        if at == len(text):
            yield Token("end", "", at, "")
            return
        token = _token(text, at)
        yield token
        at += len(token.raw)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _token(text: str, at: int) -> Token:
    if text.startswith(("'''", '"""'), at):
        raise MistakeError(at, "a text of several lines is not taken; write it in one, with \\n")
    if found := _TEXT.match(text, at):
        return Token("text", _said(found), at, found[0])
    if found := _NUMBER.match(text, at):
        return Token("number", _number(found[0], at), at, found[0])
    if found := _NAME.match(text, at):
        if text[found.end() : found.end() + 1] in {"'", '"'}:
            raise MistakeError(at, f"{found[0]} before a text is not taken; leave it out")
        return Token("name", found[0], at, found[0])
    if found := _SIGN.match(text, at):
        return Token("sign", found[0], at, found[0])
    sign = text[at]
    if sign in "'\"":
        raise MistakeError(at, f"a text begins here and has no {sign} at its end")
    if sign.isascii() and sign.isdigit():
        raise MistakeError(at, "this is no number; write it in decimal digits, without a unit")
    raise MistakeError(at, _MISTAKEN.get(sign, f"{sign!a} means nothing here; leave it out"))


def _number(raw: str, at: int) -> float:
    number = float(raw)
    if raw.isdigit() and int(raw) > EXACT:
        raise MistakeError(at, _TOO_PRECISE)
    if number == float("inf"):
        raise MistakeError(at, "this number is too large")
    return number


def _said(found: re.Match[str]) -> str:
    inner: str = found[1] if found[1] is not None else found[2]
    if found[0][0] in "rR":
        return inner
    start = found.start() + 1

    def unescaped(escape: re.Match[str]) -> str:
        digits = escape[1] or escape[2] or escape[3]
        if digits is None:
            if escape[4] in _ESCAPED:
                return _ESCAPED[escape[4]]
            raise MistakeError(
                start + escape.start(), f"{escape[0]!a} is no escape; write \\\\ for a \\"
            )
        code = int(digits, 16)
        if code > _LAST or _HALVES[0] <= code <= _HALVES[1]:
            raise MistakeError(start + escape.start(), f"{escape[0]} is no character")
        return chr(code)

    return _ESCAPE.sub(unescaped, inner)
