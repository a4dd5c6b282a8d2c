"""Annotations as marks on curves, and as the API lists them."""

from collections.abc import Sequence

from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.kinds.rows import Mark
from blinkenlights.store.annotations import Annotation, annotations
from blinkenlights.store.reader import StoreReader

MOST_MARKS = 20
"""On one curve: the latest."""


def marks_for(store: StoreReader, series: str) -> list[Mark]:
    """Return what may have to do with a series, the latest first; raises a StoreError.

    An annotation has nothing to do with a series that has another value of one of its tags.
    """
    own = identity_of(series).labels
    return [
        Mark(each.time, f"{each.title}: {each.text}" if each.title else each.text)
        for each in annotations(store)
        if all(own.get(key, value) == value for key, value in each.tags.items())
    ]


def within(marks: Sequence[Mark], start: float, end: float) -> list[Mark]:
    """Return the latest of those in a span, oldest first."""
    return [each for each in marks if start <= each.time <= end][:MOST_MARKS][::-1]


def _listed(store: StoreReader, _name: str) -> list[Annotation]:
    return annotations(store)


ROUTES = (
    OwnRoute(
        path="/api/v1/annotations",
        name="annotations",
        summary="What happened when: deployments, and what operators declared",
        says="The last 1,000 that were written, the latest first.",
        type=list[Annotation],
        answer=_listed,
        unknown="annotations are not for who may see one source only",
    ),
)
