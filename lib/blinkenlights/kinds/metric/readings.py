"""The newest number of each series of which something comes."""

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.metric.read import standing_of
from blinkenlights.kinds.metric.survey import Series, judged
from blinkenlights.kinds.readings import Reading, Readings
from blinkenlights.kinds.view_context import ViewContext

AT_ONCE = 1_000
LOOKED_AT = 4
"""How many times as many series are looked at as are wanted: most may be stale."""
UNKNOWN_LIMIT = 300.0
"""Seconds for which a number counts whose period is not known: those after which Prometheus itself
takes one for stale."""


def readings(context: ViewContext, most: int) -> Readings:
    """Return those that live, up to `most`; nothing while nothing can be judged.

    Raises a StoreError.
    """
    horizon = context.horizon(None)
    [total] = context.store.ask(("ZCARD", keys.NAMES))
    if horizon.blind:
        return Readings([], 0)
    found: list[Reading] = []
    looked_at = 0
    while looked_at < min(total, most * LOOKED_AT) and len(found) < most:
        [names] = context.store.ask(("ZRANGE", keys.NAMES, looked_at, looked_at + AT_ONCE - 1))
        if not names:
            break
        living = {
            one.name: one
            for one in judged(standing_of(context.store, names), horizon)
            if _lives(one)
        }
        for name in names:
            looked_at += 1
            if name in living:
                found.append(_reading(living[name]))
                if len(found) == most:
                    break
    return Readings(found, max(0, total - looked_at))


def _lives(one: Series) -> bool:
    if one.word != "alive" or one.facts.value != one.facts.value:
        return False
    return bool(one.limit) or one.silence <= UNKNOWN_LIMIT


def _reading(one: Series) -> Reading:
    identity = identity_of(one.name)
    return Reading(identity.name, identity.labels, one.facts.value)
