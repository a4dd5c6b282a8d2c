"""A YAML file as plain data, with the line of each of its parts.

Duplicate keys and aliases are refused. YAML lets the last of two keys win without a word, and an
alias repeated ten times in ten levels is ten thousand million parts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

import yaml

from blinkenlights.yaml_files.lines import line_of
from blinkenlights.yaml_files.mistakes import BadFile, Mistake

MOST_BYTES = 1_048_576
DEEPEST = 32
"""Levels. The parser in C calls itself for each level, and has only so much of a stack."""
MOST_DIGITS = 20
"""Of a whole number: as many as one of 64 bits has."""

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

NO_ADVICE: Mapping[str, str] = MappingProxyType({})

_LEVELS = re.compile(rb"(?:[-?:\[{]\s*){%d}" % DEEPEST)
_REMOVE = "remove one of them"
_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset(("true", "yes", "on"))
_NUMBER = re.compile(r"[-+]?(?:[0-9]+|(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)")
_ADVICE = (
    ("alphabetic or numeric character", 'a text with * in it wants quotes, as in "* * * * *"'),
    (
        "mapping values are not allowed",
        "there are further keys below a value; indent them like the line of that value",
    ),
    ("cannot start any token", "indent with blanks, not with tabs, and quote what begins with @"),
    ("found another document", "write one document in a file; remove the line ---"),
    ("expected <block end>", "lines of one mapping have to be indented alike"),
    ("could not find expected ':'", "a key wants a colon and a blank"),
    ("undefined alias", "a text that begins with * wants quotes"),
)


class Document(NamedTuple):
    """What a file says."""

    data: Plain
    node: yaml.Node | None
    """What it was made from; None for an empty file."""

    def line(self, path: Sequence[str | int] = ()) -> int:
        """Return the line of what a path leads to, or of the last part of it that is there."""
        return line_of(self.node, path) if self.node is not None else 1


def read_document(text: bytes, repeated: Mapping[str, str] = NO_ADVICE) -> Document:
    """Return what a file says; raises BadFile.

    Args:
        text: The file.
        repeated: What to do about certain keys that are there twice, where that is not plain.
    """
    if len(text) > MOST_BYTES:
        raise BadFile([Mistake(0, f"has more than {MOST_BYTES} bytes; split it")])
    try:
        text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise BadFile([Mistake(line, "is not UTF-8; save it as UTF-8")]) from None
    _refuse_depth(text)
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise BadFile([_mistake(error)]) from None
    except yaml.YAMLError as error:
        raise BadFile([Mistake(0, f"is not YAML: {' '.join(str(error).split())}")]) from None
    if node is None:
        return Document(None, None)
    reading = _Reading(repeated)
    data = reading.plain(node)
    if reading.has_alias:
        raise BadFile([*reading.mistakes, *_aliases(text)])
    if reading.mistakes:
        raise BadFile(reading.mistakes)
    return Document(data, node)


class _Reading:
    """Makes plain data of nodes, and notes what is wrong."""

    def __init__(self, repeated: Mapping[str, str]) -> None:
        self.mistakes: list[Mistake] = []
        self._repeated = repeated
        self.has_alias = False
        self._met: set[int] = set()

    def plain(self, node: yaml.Node, depth: int = 0) -> Plain:
        # An alias is the very node that its anchor is.
        if id(node) in self._met:
            self.has_alias = True
            return None
        self._met.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if depth >= DEEPEST:
            self.mistakes.append(_too_deep(node))
            return None
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self.mistakes.append(_meaningless(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each, depth + 1) for each in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(line, "a key has to be a text; quote what has braces"))
                continue
            name = str(key.value)
            if name in found:
                advice = _REMOVE if depth else self._repeated.get(name, _REMOVE)
                sentence = f"{name!r} is there already, in line {first[name]}; {advice}"
                self.mistakes.append(Mistake(line, sentence))
                continue
            first[name] = line
            found[name] = self.plain(value, depth + 1)
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Plain:
        text, kind = str(node.value), node.tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() in _TRUE
        # What YAML 1.1 calls a number beside those, such as 1:30 and 0x1F, is a text here.
        if kind in ("int", "float") and _NUMBER.fullmatch(text):
            return self._number(node, text, kind)
        if kind not in ("str", "int", "float", "timestamp", "merge", "value"):
            self.mistakes.append(_meaningless(node))
        return text

    def _number(self, node: yaml.ScalarNode, text: str, kind: str) -> Plain:
        digits = text.lstrip("+-")
        if kind == "int" and len(digits) <= MOST_DIGITS:
            return int(text)
        if kind == "float" and isfinite(float(text)):
            return float(text)
        sentence = "is too large a number; quote it if it is a text"
        self.mistakes.append(Mistake(node.start_mark.line + 1, sentence))
        return None


def _meaningless(node: yaml.Node) -> Mistake:
    return Mistake(node.start_mark.line + 1, f"the tag {node.tag} means nothing here; remove it")


def _too_deep(node: yaml.Node) -> Mistake:
    return Mistake(node.start_mark.line + 1, f"is nested deeper than {DEEPEST} levels")


def _refuse_depth(text: bytes) -> None:
    """Refuse what is nested deeper than the parser can stand; raises BadFile."""
    if _LEVELS.search(text) is None and b"\n" + b" " * (2 * DEEPEST) not in text:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise BadFile(
                    [Mistake(_line(event.start_mark), f"is nested deeper than {DEEPEST} levels")]
                )
    except yaml.YAMLError:
        # It is said where the file is read.
        return


def _aliases(text: bytes) -> Iterator[Mistake]:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            yield Mistake(
                _line(event.start_mark),
                f"*{event.anchor} is an alias; write out what it stands for, or quote the text",
            )


def _line(mark: object) -> int:
    return int(getattr(mark, "line", -1)) + 1


def _mistake(error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    problem = " ".join(filter(None, (error.context, error.problem)))
    advice = next((advice for sign, advice in _ADVICE if sign in problem), "")
    line = mark.line + 1 if mark else 0
    column = f", column {mark.column + 1}" if mark else ""
    return Mistake(line, f"is not YAML{column}: {problem}" + (f"; {advice}" if advice else ""))
