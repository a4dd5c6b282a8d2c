"""A YAML file as plain data, with the line of each of its parts.

Duplicate keys and aliases are refused. YAML lets the last of two keys win without a word, and an
alias repeated ten times in ten levels is ten thousand million parts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import yaml

from blinkenlights.yaml_files.mistakes import BadFile, Mistake

MOST_BYTES = 1_048_576
DEEPEST = 32
"""Levels. The parser in C calls itself for each level, and has only so much of a stack."""

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

_LEVELS = re.compile(rb"(?:[-?:\[{]\s*){%d}" % DEEPEST)
_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset(("true", "yes", "on"))
_NUMBER = re.compile(r"[-+]?(?:[0-9]+|(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)")
_ADVICE = (
    ("alphabetic or numeric character", 'a text with * in it wants quotes, as in "* * * * *"'),
    ("mapping values are not allowed", "there are further keys below a value; move them one level"),
    ("cannot start any token", "indent with blanks, not with tabs, and quote what begins with @"),
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


def read_document(text: bytes) -> Document:
    """Return what a file says; raises BadFile."""
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
    reading = _Reading()
    data = reading.plain(node)
    if reading.has_alias:
        raise BadFile([*reading.mistakes, *_aliases(text)])
    if reading.mistakes:
        raise BadFile(reading.mistakes)
    return Document(data, node)


def line_of(node: yaml.Node, path: Sequence[str | int]) -> int:
    """Return the line of what a path leads to below a node, or of the last part that is there."""
    line = int(node.start_mark.line) + 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((each for each in node.value if each[0].value == step), None)
            if found is None:
                return line
            line = int(found[0].start_mark.line) + 1
            node = found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                return line
            node = node.value[step]
            line = int(node.start_mark.line) + 1
        else:
            return line
    return line


class _Reading:
    """Makes plain data of nodes, and notes what is wrong."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.has_alias = False
        self._met: set[int] = set()

    def plain(self, node: yaml.Node) -> Plain:
        # An alias is the very node that its anchor is.
        if id(node) in self._met:
            self.has_alias = True
            return None
        self._met.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each) for each in node.value]
        return self._mapping(node)

    def _mapping(self, node: yaml.Node) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(line, "a key has to be a text; quote what has braces"))
                continue
            name = str(key.value)
            if name in found:
                sentence = f"{name!r} is there already, in line {first[name]}; remove one of them"
                self.mistakes.append(Mistake(line, sentence))
                continue
            first[name] = line
            found[name] = self.plain(value)
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Plain:
        text, kind = str(node.value), node.tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() in _TRUE
        # What YAML 1.1 calls a number beside those, such as 1:30 and 0x1F, is a text here.
        if kind in ("int", "float") and _NUMBER.fullmatch(text):
            return int(text) if kind == "int" and text.lstrip("+-").isdecimal() else float(text)
        if kind not in ("str", "int", "float", "timestamp", "merge", "value"):
            line = node.start_mark.line + 1
            self.mistakes.append(Mistake(line, f"the tag {node.tag} means nothing here; remove it"))
        return text


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
