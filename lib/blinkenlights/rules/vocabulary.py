"""What conditions and texts of a rule may say of a thing, by its subject."""

from collections.abc import Mapping
from functools import cache

from blinkenlights.conditions.vocabulary import (
    ANYTHING,
    TEXT,
    FreeMap,
    Number,
    Type,
    Vocabulary,
)
from blinkenlights.kinds.registry import foreseen, subjects
from blinkenlights.kinds.subject import InRules, Subject

_OF_EACH: Mapping[str, Type] = {
    "name": TEXT,
    "state": TEXT,
    "status": TEXT,
    "age": Number(least=0),
    "since": Number(least=0),
    "facts": FreeMap(ANYTHING),
    "tags": FreeMap(TEXT),
}
"""`age` is seconds since the last sign of life, `since` seconds since the state began."""
_NEVER_BELOW_0 = frozenset(("count",))
_STATUSES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_OF_TEXTS: Mapping[str, bool] = dict.fromkeys(
    ("rule", "subject", "level", "severity", "sentence", "why"), False
) | {"labels": True}
"""What texts may say beside what conditions may."""


@cache
def subjects_by_word() -> Mapping[str, Subject]:
    """Return what rules can be about, by the key that files have for it: `heartbeat`."""
    return {each.in_rules.word: each for each in subjects() if each.in_rules}


@cache
def vocabulary_of(subject: str) -> Vocabulary:
    """Return what conditions may say of a thing of a subject; raises KeyError for another one.

    Args:
        subject: Its name: `component`, `metric`.
    """
    found, in_rules = _subject(subject)
    numbers = {
        name: Number(least=0) if name in _NEVER_BELOW_0 else Number()
        for name in (*in_rules.numbers, *_foreseen(subject))
    }
    states = {state.word: state for state in found.display.states} if found.display else {}
    words = {"status": _STATUSES} | ({"state": tuple(states)} if states else {})
    return Vocabulary(
        names={**_OF_EACH, **numbers},
        thing=f"the {subject}",
        endless=("facts", "tags"),
        words=words,
    )


@cache
def places_of(subject: str) -> Mapping[str, bool]:
    """Return what texts may say of an alert: name -> whether it has parts.

    Whoever fills a text gives values by these names. Raises KeyError as `vocabulary_of`.
    """
    names = vocabulary_of(subject).names
    return {name: isinstance(each, FreeMap) for name, each in names.items()} | dict(_OF_TEXTS)


@cache
def numbers_of(subject: str) -> frozenset[str]:
    """Return the numbers that things of a subject may have: `avg`; raises KeyError."""
    return frozenset(_subject(subject)[1].numbers) | foreseen_of(subject)


@cache
def foreseen_of(subject: str) -> frozenset[str]:
    """Return those numbers that are expectations: `expected_low`; none of most subjects."""
    return frozenset(_foreseen(subject))


def _foreseen(subject: str) -> tuple[str, ...]:
    return tuple(name for foreseeing, _ in foreseen(subject) for name in foreseeing.names)


def default_of(subject: str) -> str:
    """Return the value that a range is of where a rule does not say; raises KeyError."""
    return _subject(subject)[1].of


def subject_of(name: str) -> Subject:
    """Return a subject that rules can be about; raises KeyError for another one."""
    return _subject(name)[0]


@cache
def _subject(name: str) -> tuple[Subject, InRules]:
    for each in subjects():
        if each.name == name and each.in_rules:
            return each, each.in_rules
    raise KeyError(name)
