"""The thing that something is about: of an alert, with its curve and the threshold it has left."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from blinkenlights.kinds.rows import Curve, Row
from blinkenlights.kinds.view import About
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.web.drawn_numbers import large_curves, with_bands
from blinkenlights.web.views import shown


class Thing(NamedTuple):
    """What is shown of it."""

    row: Row | None = None
    curves: Sequence[Curve] = ()


def thing_of(context: ViewContext, about: About | None) -> Thing:
    """Return the thing that something is about; nothing of what is not shown to this reader."""
    if about is None or not about.kind:
        return Thing()
    for each in shown(context, about.kind):
        row = each.view.rows([about.name]).get(about.name)
        if row is None:
            return Thing()
        curves = [
            *with_bands(context, about.kind, about.name, each.view.history(about.name)),
            *large_curves(each, context, about.name),
        ]
        return Thing(row, [_marked(curve, about) for curve in curves])
    return Thing()


def _marked(curve: Curve, about: About) -> Curve:
    """Return a curve with the thresholds, and with what happened while it goes on."""
    end = curve.start + curve.step * len(curve.mean)
    marks = [*curve.marks, *(mark for mark in about.marks if curve.start <= mark.time <= end)]
    return structs.replace(
        curve,
        limits=list(about.limits) or curve.limits,
        marks=sorted(marks, key=lambda mark: mark.time),
    )
