"""Curves of numbers that one kind gives and another keeps, beside the things they are about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from blinkenlights.kinds.kept_numbers import keeper_of_numbers
from blinkenlights.kinds.marks import MOST_MARKS, marks_of, within
from blinkenlights.kinds.registry import KINDS, subjects
from blinkenlights.kinds.rows import Curve, Mark
from blinkenlights.kinds.view import History, View
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.store.annotations import annotations
from blinkenlights.web.views import Displayed


class _Drawn(NamedTuple):
    """The numbers that are drawn beside some things."""

    view: View
    """Of whoever keeps them."""
    series: Mapping[str, str]
    """Thing -> what its series is called."""


def small_curves(one: Displayed, context: ViewContext, names: Sequence[str]) -> Mapping[str, Curve]:
    """Return a small curve for each of some things that have one, by their names."""
    drawn = _drawn(one, context, names)
    if drawn is None:
        return one.view.curves(names)
    curves = drawn.view.curves(list(drawn.series.values()))
    return {name: curves[series] for name, series in drawn.series.items() if series in curves}


def with_bands(context: ViewContext, subject: str, name: str, history: History) -> Sequence[Curve]:
    """Return the curves of one thing, with what is expected of it where that is learned."""
    for kind in KINDS:
        if kind.banded:
            history = history._replace(curves=kind.banded(context, subject, name, history))
    return history.curves


def large_curves(one: Displayed, context: ViewContext, name: str) -> Sequence[Curve]:
    """Return the curves of the number that is drawn beside one thing; none for most kinds."""
    drawn = _drawn(one, context, [name])
    if not drawn or not drawn.series:
        return ()
    marks = _marks(one, context, name)
    return [_marked(curve, marks) for curve in drawn.view.history(drawn.series[name]).curves]


def _marks(one: Displayed, context: ViewContext, name: str) -> Sequence[Mark]:
    """Return what was noted of the thing itself: its series is called otherwise."""
    subject = next(each for each in subjects() if each.name == one.view.subject)
    row = one.view.rows([name]).get(name)
    tags = subject.in_rules.tags(name, row.facts if row else {}) if subject.in_rules else {}
    return marks_of(annotations(context.store), one.view.subject, name, tags)


def _marked(curve: Curve, marks: Sequence[Mark]) -> Curve:
    end = curve.start + curve.step * len(curve.mean)
    # What is about everything is on the curve of the series already.
    both = {*curve.marks, *within(marks, curve.start, end)}
    return structs.replace(curve, marks=sorted(both, key=lambda mark: mark.time)[-MOST_MARKS:])


def _drawn(one: Displayed, context: ViewContext, names: Sequence[str]) -> _Drawn | None:
    number = one.display.number
    # Who may see one source of transfers may not see what others measure.
    if number is None or context.only_source is not None:
        return None
    keeper = keeper_of_numbers()
    if keeper is None or keeper.subject.display is None:
        return None
    named = ((name, keeper.series_of(number(name))) for name in names)
    return _Drawn(keeper.subject.display.view(context), {name: of for name, of in named if of})
