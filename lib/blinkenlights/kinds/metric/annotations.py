"""Annotations as marks on curves, and as the API lists them."""

from blinkenlights.kinds.marks import marks_of
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.own_route import OwnRoute
from blinkenlights.kinds.rows import Mark
from blinkenlights.store.annotations import Annotation, annotations
from blinkenlights.store.reader import StoreReader


def marks_for(store: StoreReader, series: str) -> list[Mark]:
    """Return what may have to do with a series, the latest first; raises a StoreError."""
    return marks_of(annotations(store), "metric", series, identity_of(series).labels)


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
