"""Which things a rule is about."""

from collections.abc import Callable, Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.rules.rule import Selector
from blinkenlights.rules.vocabulary import subject_of

Selects = Callable[[str, Mapping[str, str]], bool]
"""Tells by name and tags whether a thing is selected."""


def selecting(selector: Selector) -> Selects:
    """Return what tells whether a rule is about a thing of its subject.

    A thing is meant by its name, and by what else its subject calls it.
    """
    called = calling(selector.subject)
    matches, refuses = matcher(selector.names), matcher(selector.but)
    wanted = [(tag, matcher([glob])) for tag, glob in selector.where.items()]

    def selects(name: str, tags: Mapping[str, str]) -> bool:
        return (
            any(map(matches, called(name)))
            and not any(map(refuses, called(name)))
            and all(is_like(tags.get(tag, "")) for tag, is_like in wanted)
        )

    return selects


def calling(subject: str) -> Callable[[str], Sequence[str]]:
    """Return what gives all that a thing of a subject may be called, by its name."""
    in_rules = subject_of(subject).in_rules
    called = in_rules.called if in_rules else None
    if called is None:
        return lambda name: (name,)
    return lambda name: (name, called(name))
