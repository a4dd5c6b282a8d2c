"""Annotations as marks on curves, of those things only with which they have to do."""

from collections.abc import Mapping, Sequence

from blinkenlights.kinds.rows import Mark
from blinkenlights.store.annotations import Annotation

MOST_MARKS = 20
"""On one curve: the latest."""


def marks_of(
    found: Sequence[Annotation], subject: str, name: str, tags: Mapping[str, str]
) -> list[Mark]:
    """Return those of some annotations that have to do with a thing, in the order given."""
    return [
        Mark(each.time, f"{each.title}: {each.text}" if each.title else each.text)
        for each in found
        if each.is_about(subject, name, tags)
    ]


def within(marks: Sequence[Mark], start: float, end: float) -> list[Mark]:
    """Return the latest of those in a span, oldest first. They are given latest first."""
    return [each for each in marks if start <= each.time <= end][:MOST_MARKS][::-1]
