"""Points made of the numbers that other kinds give."""

from collections.abc import Callable

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import namer
from blinkenlights.kinds.number import Number

RESERVED = ("heartbeat", "shutdown")
"""Last parts of names by which senders say that a node is there, or goes. A number says neither."""


def maker() -> Callable[[Number], Event | None]:
    """Return what makes a point of a number; None where its name can be none of a series."""
    named = namer()

    def event_of(number: Number) -> Event | None:
        name, value, event, host, tags, shown, _ = number
        if name.rpartition(".")[2] in RESERVED:
            return None
        try:
            series = named(name, host, dict(tags)).series
        except Invalid:
            return None
        return Event(series, event, value, extras=shown)

    return event_of
