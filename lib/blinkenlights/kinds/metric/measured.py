"""The numbers of series at one moment, for rules."""

from collections.abc import Mapping, Sequence
from math import isfinite

from blinkenlights.kinds.measured import Measured
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.metric.read import standing_of
from blinkenlights.kinds.metric.window import Window, figure_of, slots_of
from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.words import span

FIGURES = ("avg", "min", "max", "rate")


def measured(context: ViewContext, names: Sequence[str], window: float) -> Mapping[str, Measured]:
    """Return the numbers of some series: the newest, and those over a window in seconds.

    How many came is not known where somebody did not listen all the time. Raises a StoreError.
    """
    facts = standing_of(context.store, names).facts
    found = {
        name: Measured({"value": each.value} if isfinite(each.value) else {})
        for name, each in facts.items()
    }
    if not window:
        return found
    horizon = context.horizon(None)
    asked = Window(horizon.judged_at - window, horizon.judged_at)
    heard: dict[str, bool] = {}
    for name, slots in slots_of(context.store, facts, asked).items():
        one = facts[name]
        figures = {of: figure_of(slots, of, one.event) for of in FIGURES}
        numbers = {of: figure for of, figure in figures.items() if isfinite(figure)}
        unsure = ""
        if one.source not in heard:
            theirs = horizon.narrowed([one.source] if one.source else [])
            heard[one.source] = was_heard(theirs, asked.since, theirs.stored_up_to)
        if heard[one.source]:
            numbers["count"] = float(sum(slot.number for slot in slots))
        else:
            unsure = f"not all of the last {span(window)} was heard"
        found[name] = Measured({**found[name].numbers, **numbers}, unsure)
    return found


def tags(series: str, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return the tags of a series, `host` among them."""
    del facts
    return identity_of(series).labels
