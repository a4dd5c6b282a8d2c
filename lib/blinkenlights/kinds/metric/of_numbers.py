"""Points made of the numbers that other kinds give."""

from collections.abc import Callable
from functools import lru_cache

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import SERIES_KNOWN, names_of
from blinkenlights.kinds.number import Number

RESERVED = ("heartbeat", "shutdown")
"""Last parts of names by which senders say that a node is there, or goes. A number says neither."""


def maker() -> Callable[[Number], Event | None]:
    """Return what makes a point of a number; None where its name can be none of a series."""

    # Thousands come a second.
    @lru_cache(SERIES_KNOWN)
    def series(name: str, host: str, tags: tuple[tuple[str, str], ...]) -> str:
        if name.rpartition(".")[2] in RESERVED:
            return ""
        try:
            return names_of(name, host, dict(tags)).series
        except Invalid:
            return ""

    def event_of(number: Number) -> Event | None:
        name, value, event, host, tags, shown, _ = number
        known = series(name, host, tuple(tags.items()))
        return Event(known, event, value, extras=shown) if known else None

    return event_of
