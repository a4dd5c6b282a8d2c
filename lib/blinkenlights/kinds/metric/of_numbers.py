"""Points made of the numbers that other kinds give."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import SERIES_KNOWN, namer
from blinkenlights.kinds.number import NO_TAGS, Number

RESERVED = ("heartbeat", "shutdown")
"""Last parts of names by which senders say that a node is there, or goes. A number says neither."""


def maker() -> Callable[[Number], Event | None]:
    """Return what makes a point of a number; None where its name can be none of a series."""
    named = namer()

    # Thousands come a second, and mostly without tags.
    @lru_cache(SERIES_KNOWN)
    def series_without_tags(name: str, host: str) -> str:
        return series(name, host, NO_TAGS)

    def series(name: str, host: str, tags: Mapping[str, str]) -> str:
        if name.rpartition(".")[2] in RESERVED:
            return ""
        try:
            return named(name, host, dict(tags)).series
        except Invalid:
            return ""

    def event_of(number: Number) -> Event | None:
        name, value, event, host, tags, shown, _ = number
        known = series(name, host, tags) if tags else series_without_tags(name, host)
        return Event(known, event, value, extras=shown) if known else None

    return event_of
