"""Plain data into structs, with the line of what does not fit."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypeVar, get_args

import msgspec
import yaml

from blinkenlights.yaml_files.document import Plain
from blinkenlights.yaml_files.lines import line_of
from blinkenlights.yaml_files.mistakes import Mistake

T = TypeVar("T")

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|\[(?P<any>\.\.\.)\]")
_TYPES = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


def convert(
    data: Plain, struct: type[T], node: yaml.Node, where: Sequence[str | int]
) -> T | Mistake:
    """Return a struct made of data, or the first thing that does not fit.

    Args:
        data: Plain data.
        struct: What it shall be.
        node: The YAML node of the whole document.
        where: The keys that lead from there to the data.
    """
    try:
        return msgspec.convert(data, struct)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        what, path = (found["what"], found["path"] or "$") if found else (str(error), "$")
        steps = _steps(path)
        unknown = re.match(r"Object contains unknown field `(.*)`", what)
        if unknown:
            steps = [*steps, unknown[1]]
        name = ".".join(map(str, steps))
        sentence = (
            f"{name}: {_in_words(what, struct, steps)}" if steps else _in_words(what, struct, [])
        )
        line = line_of(node, [*where, *steps])
        return Mistake(line, sentence)


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for found in _STEP.finditer(path):
        if found["any"]:
            break
        steps.append(int(found["index"]) if found["index"] else found["key"])
    return steps


def _in_words(what: str, struct: type, steps: Sequence[str | int]) -> str:
    if what.startswith("Object contains unknown field"):
        known = sorted(_fields(struct, steps[:-1]))
        close = get_close_matches(str(steps[-1]), known, 1)
        if close:
            return f"there is no such key; did you mean {close[0]}?"
        return "there is no such key" + (f"; known: {', '.join(known)}" if known else "")
    missing = re.match(r"Object missing required field `(.*)`", what)
    if missing:
        return f"{missing[1]} is missing; write it"
    expected = re.match(r"Expected `(.*)`, got `(.*)`", what)
    if expected:
        wanted = " or ".join(_TYPES.get(each, each) for each in expected[1].split(" | "))
        # What was read as a text may stand there without quotes.
        got = "a text" if expected[2] == "str" else _TYPES.get(expected[2], expected[2])
        return f"is {got}, wanted {wanted}"
    enum = re.match(r"Invalid enum value (.*)", what)
    if enum:
        wanted = " or ".join(filter(None, _choices(struct, steps)))
        return f"{enum[1]} cannot be" + (f"; write {wanted}" if wanted else "")
    return what[:1].lower() + what[1:]


def _choices(struct: type, steps: Sequence[str | int]) -> Sequence[str]:
    """Return the texts that a key may have."""
    for step in steps:
        if not (isinstance(struct, type) and issubclass(struct, msgspec.Struct)):
            return ()
        struct = {each.encode_name: each.type for each in msgspec.structs.fields(struct)}[str(step)]
    return get_args(struct)


def _fields(struct: type, steps: Sequence[str | int]) -> Sequence[str]:
    """Return the keys of a struct, or of the one that steps lead to, where that is plain."""
    for step in steps:
        if not (isinstance(struct, type) and issubclass(struct, msgspec.Struct)):
            return ()
        kinds = {field.encode_name: field.type for field in msgspec.structs.fields(struct)}
        inner = [
            each
            for each in getattr(kinds.get(str(step)), "__args__", (kinds.get(str(step)),))
            if isinstance(each, type) and issubclass(each, msgspec.Struct)
        ]
        if len(inner) != 1:
            return ()
        struct = inner[0]
    if not issubclass(struct, msgspec.Struct):
        return ()
    return [field.encode_name for field in msgspec.structs.fields(struct)]
