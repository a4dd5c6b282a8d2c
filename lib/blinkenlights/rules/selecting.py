"""Which things a rule is about."""

from collections.abc import Callable, Mapping

from blinkenlights.globs import matcher
from blinkenlights.rules.rule import Selector

Selects = Callable[[str, Mapping[str, str]], bool]
"""Tells by name and tags whether a thing is selected."""


def selecting(selector: Selector) -> Selects:
    """Return what tells whether a rule is about a thing of its subject."""
    matches, refuses = matcher(selector.names), matcher(selector.but)
    wanted = [(tag, matcher([glob])) for tag, glob in selector.where.items()]

    def selects(name: str, tags: Mapping[str, str]) -> bool:
        return (
            matches(name)
            and not refuses(name)
            and all(is_like(tags.get(tag, "")) for tag, is_like in wanted)
        )

    return selects
