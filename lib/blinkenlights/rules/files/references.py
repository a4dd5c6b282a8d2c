"""Names that one part of the files has of another: which of them lead nowhere, and who is left out.

What is wrong stays in force as far as it goes. What tells nobody may be meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from blinkenlights.globs import is_glob, matcher
from blinkenlights.rules.files.circles import circles
from blinkenlights.rules.files.words import BUILT_IN
from blinkenlights.rules.receiver import Receiver, Route
from blinkenlights.rules.rule import Rule

MOST_GUESSED = 500
SHOWN = 8
"""Rules of a circle."""


class Reference(NamedTuple):
    """Something to be said of a line."""

    file: str
    line: int
    sentence: str


def wrong_references(
    rules: Mapping[str, Rule], receivers: Mapping[str, Receiver], routes: Sequence[Route]
) -> Iterator[Reference]:
    """Yield what names a receiver or a rule that is nowhere, and rules that explain each other."""
    for rule in rules.values():
        for name in rule.tell:
            if name not in receivers:
                sentence = f"{rule.name}: tell: {_unknown('receiver', name, receivers)}"
                yield Reference(rule.file, rule.line, sentence)
        for each in rule.unless:
            if each.rule not in rules:
                sentence = f"{rule.name}: unless: {_unknown('rule', each.rule, rules)}"
                yield Reference(rule.file, rule.line, sentence)
    for circle in circles({name: [e.rule for e in one.unless] for name, one in rules.items()}):
        first = rules[circle[0]]
        sentence = (
            f"{first.name}: unless: goes in a circle, {_way(circle)}, so that each may keep the "
            f"other from being told; leave one out"
        )
        yield Reference(first.file, first.line, sentence)
    for route in routes:
        for name in _told(route):
            if name not in receivers:
                sentence = f"routes: {_unknown('receiver', name, receivers)}"
                yield Reference(route.file, route.line, sentence)


def left_out(
    rules: Mapping[str, Rule], receivers: Mapping[str, Receiver], routes: Sequence[Route]
) -> Iterator[Reference]:
    """Yield what tells nobody, is told nothing, or is never reached. It may be meant."""
    for rule in rules.values():
        if not rule.tell and not any(_may_tell(route, rule) for route in routes):
            sentence = (
                f"{rule.name} tells nobody: no route matches it; write tell: below it, or a route"
            )
            yield Reference(rule.file, rule.line, sentence)
    told = {name for rule in rules.values() for name in rule.tell}
    told |= {name for route in routes for name in _told(route)}
    for receiver in receivers.values():
        if receiver.name not in told:
            sentence = f"receiver {receiver.name} is told nothing; name it in a route, or remove it"
            yield Reference(receiver.file, receiver.line, sentence)
    last: Route | None = None
    for route in routes:
        if last is not None:
            sentence = (
                f"routes: this one is never reached: the one in {last.file} line {last.line} takes "
                f"everything; move that one down, or write continue: true there"
            )
            yield Reference(route.file, route.line, sentence)
        elif not route.match and not route.goes_on:
            last = route
        name = route.match.get("rule", "*")
        if not is_glob(name) and name not in rules and name not in BUILT_IN:
            sentence = f"routes: match: {_unknown('rule', name, rules)}"
            yield Reference(route.file, route.line, sentence)


def _told(route: Route) -> tuple[str, ...]:
    names = [*route.tell, *(name for step in route.escalate for name in step.tell)]
    return tuple(dict.fromkeys(names))


def _may_tell(route: Route, rule: Rule) -> bool:
    """Return whether a route may be about an alert of a rule, as far as files tell."""
    known = {
        "rule": rule.name,
        "subject": rule.selector.subject,
        "severity": rule.severity,
        **rule.labels,
    }
    levels = [level for level, _ in rule.limits]
    if rule.missing != "keep":
        levels.append(rule.missing)
    for name, glob in route.match.items():
        like = matcher([glob])
        if name in known and not like(known[name]):
            return False
        if name == "level" and not any(map(like, levels)):
            return False
    return bool(_told(route))


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    # To guess takes as long as there are names, for each that is wrong.
    close = get_close_matches(name, known, 1) if len(known) <= MOST_GUESSED else []
    instead = f"; did you mean {close[0]}?" if close else ""
    return f"there is no {what} {name}{instead}"


def _way(circle: Sequence[str]) -> str:
    shown = [*circle[:SHOWN], "..."] if len(circle) > SHOWN else circle
    return " -> ".join([*shown, circle[0]])
