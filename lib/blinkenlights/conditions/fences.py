"""What a condition may cost: nothing that lint lets pass holds up the process for long.

The library keeps the GIL while it works, so that no timeout helps. What it does was measured
(bench/conditions.py): a loop costs 0.3 us an element and some 0.05 us for each part of its body;
`map()` and `filter()` copy their list at each element; `matches()` reads its pattern anew each
time. So loops do not stand in loops, have small bodies and use nothing long but their element.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.conditions.errors import MistakeError
from blinkenlights.conditions.syntax import (
    Binary,
    Call,
    Constant,
    Field,
    Has,
    Loop,
    Name,
    Node,
    children,
)
from blinkenlights.conditions.vocabulary import Vocabulary

MAX_LENGTH = 4096
"""Bytes of an expression."""
MAX_PARTS = 400
"""Names, constants, signs of an expression."""
MAX_LOOP_WORK = 50
"""Of all loops of an expression, for one element of each, in some 0.05 us."""
MAX_COPIES = 1
"""How many `map()` and `filter()` an expression may have."""
MAX_LONG = 12
"""How often an expression may name what can be long."""
MAX_ADDITIONS = 3
"""A `+` of texts copies both."""
MAX_PATTERNS = 3
MAX_PATTERN_WORK = 100
"""Of all patterns of an expression; a `\\w` costs 4 each time it is repeated, a letter 1."""

MAX_VALUES = 4_000
"""In lists and maps, all together: to read more of them takes too long already."""
MAX_COPIED = 300
"""The same where a loop is a `map()` or `filter()`, which copy all of it at each element."""
MAX_DEPTH = 128
"""How deep values may be nested: far below what the library's stack takes."""


class Shape(NamedTuple):
    """How large the lists and maps are that an expression may be judged by."""

    most: int | None
    """Values in them, all together; None for all that a context takes."""
    macro: str = ""
    """What has that limit."""


def fence(node: Node, vocabulary: Vocabulary) -> Shape:
    """Return what an expression may be judged by. Raise MistakeError when it could take long."""
    nodes = _all(node)
    loops = [each for each in nodes if isinstance(each, Loop)]
    long = frozenset(vocabulary.endless)
    _limit(nodes, MAX_PARTS, "parts")
    additions = [each for each in nodes if isinstance(each, Binary) and each.sign == "+"]
    _limit(additions, MAX_ADDITIONS, "+ signs")
    named = [each for each in nodes if isinstance(each, Name) and each.name in long]
    _limit(named, MAX_LONG, f"uses of {' and '.join(vocabulary.endless)}")
    copies = [each for each in loops if each.macro in {"map", "filter"}]
    _limit(copies, MAX_COPIES, "map() and filter()")
    for loop in loops:
        _fence_loop(loop, long)
    work = 0
    for loop in loops:
        work += 6 + sum(_work(each) for body in loop.bodies for each in _all(body))
        if work > MAX_LOOP_WORK:
            raise MistakeError(loop.at, "the loops do too much for each element; say less in them")
    _fence_patterns([each for each in nodes if isinstance(each, Call) and each.name == "matches"])
    if copies:
        return Shape(MAX_COPIED, copies[0].macro)
    return Shape(None)


def _all(node: Node) -> list[Node]:
    found = [node]
    for each in found:
        found += children(each)
    return found


def _limit(found: Sequence[Node], most: int, what: str) -> None:
    if len(found) > most:
        raise MistakeError(found[most].at, f"more than {most} {what}; make several tests of it")


def _fence_loop(loop: Loop, long: frozenset[str]) -> None:
    over = loop.over
    while isinstance(over, Field) or (isinstance(over, Loop) and over.macro == "filter"):
        over = over.of if isinstance(over, Field) else over.over
    if any(isinstance(each, Loop) for each in _all(over)) or not isinstance(
        loop.over, Loop | Field | Name
    ):
        raise MistakeError(
            loop.at, f"{loop.macro}() goes over a value, or what filter() left of it"
        )
    for body in loop.bodies:
        for each in _all(body):
            if isinstance(each, Loop):
                raise MistakeError(
                    each.at, f"{each.macro}() stands inside {loop.macro}(); use one of them"
                )
            if isinstance(each, Name) and each.name in long:
                raise MistakeError(
                    each.at,
                    f"{each.name} stands inside {loop.macro}(), for each element anew; use"
                    f" {loop.variable} and constants there",
                )
            if isinstance(each, Call) and each.name == "matches":
                raise MistakeError(
                    each.at, f"matches() stands inside {loop.macro}(); use contains()"
                )


def _work(node: Node) -> int:
    match node:
        case Has(field=field):
            return 6 * len(_all(field))
        case Call():
            return 6
        case Constant(value=str(text)):
            return 1 + len(text) // 32
    return 1


_ATOM = re.compile(r"\\.|\[(?:\\.|[^\\\]])*\]|.", re.DOTALL)
_REPEAT = re.compile(r"\{(\d*)(?:,(\d*))?\}")


def _fence_patterns(calls: list[Call]) -> None:
    _limit(calls, MAX_PATTERNS, "matches()")
    work = 0
    for call in calls:
        pattern = call.arguments[1]
        if not isinstance(pattern, Constant):
            raise MistakeError(
                pattern.at, "write the pattern of matches() as a text, not as a value"
            )
        work += pattern_work(str(pattern.value))
        if work > MAX_PATTERN_WORK:
            raise MistakeError(
                pattern.at, "the pattern takes too long to read; shorten it, or repeat less"
            )


def pattern_work(pattern: str) -> int:
    """Return how much work it is to read a pattern, at the most."""
    units, most = 0, 1
    repeats = [
        max(map(int, filter(None, found.groups())), default=1)
        for found in _REPEAT.finditer(pattern)
    ]
    for each in repeats:
        most *= max(each, 1)
    if "(" not in pattern:
        # Nothing is repeated that is repeated already.
        return _flat_work(pattern)
    for atom in _ATOM.findall(pattern):
        units += _atom_work(atom)
    return units * most


def _atom_work(atom: str) -> int:
    return 4 * max(1, len(re.findall(r"\\|\[\^|&&|\[:", atom))) if atom[0] in "\\[." else 1


def _flat_work(pattern: str) -> int:
    work, place, last = 0, 0, 1
    while place < len(pattern):
        if found := _REPEAT.match(pattern, place):
            work += last * max(map(int, filter(None, found.groups())), default=1)
            last = work  # a repeat after a repeat repeats it all
        elif found := _ATOM.match(pattern, place):
            last = _atom_work(found[0])
            work += last
        place = found.end() if found else place + 1
    return work
