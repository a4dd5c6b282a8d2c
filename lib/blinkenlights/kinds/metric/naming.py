"""What the series of an event is called, whatever form the event has."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from blinkenlights.kinds.fields import Invalid, optional_name, printable_name
from blinkenlights.kinds.metric.identity import SERIES_BYTES, series_of

TAGS_KEPT = 16
"""Tags of a series: of more, the first ones in alphabetical order."""
SERIES_KNOWN = 100_000
"""Series whose names are kept in memory, so that they are not written anew for each event."""

LONGEST_KEY = 2 * SERIES_BYTES
"""Characters of what is kept with such a name: of events that are long for what becomes no part of
it, none is kept."""


class Named(NamedTuple):
    """The names that follow from an event."""

    series: str
    ends: str
    """The series that goes in good order with this event; mostly empty."""
    trimmed: str
    """Why a part of the tags is left out; mostly empty."""


Namer = Callable[[object, object, dict[str, Any]], Named]
"""Gives the names for a metric's name, its host and its tags; raises Invalid."""


def namer() -> Namer:
    """Return what names series, and remembers them."""
    known: dict[object, Named] = {}

    def named(name: object, host: object, tags: dict[str, Any]) -> Named:
        values = tags.values()
        key = (name, host, *tags, *values, *map(type, values))
        try:
            found = known.get(key)
        except TypeError:
            # A list or an object cannot be a tag, and is not looked up.
            return names_of(name, host, tags)
        if found is None:
            if sum(map(_length, key)) > LONGEST_KEY:
                return names_of(name, host, tags)
            if len(known) >= SERIES_KNOWN:
                known.clear()
            found = known[key] = names_of(name, host, tags)
        return found

    return named


def names_of(name: object, host: object, rest: Mapping[str, object]) -> Named:
    """Return the names for a metric's name, its host and its tags; raises Invalid."""
    name = printable_name(name, "name")
    host = optional_name(host)
    last = name.rpartition(".")[2]
    tags: dict[str, str] = {}
    trimmed = ""
    for key, value in sorted(rest.items()):
        text = _tag(value)
        if not text:
            trimmed = trimmed or ("" if value is None or value == "" else "tag is no text")
        elif len(tags) == TAGS_KEPT:
            trimmed = "too many tags"
        else:
            tags[printable_name(key, "tag")] = text
    ends = ""
    if last in ("heartbeat", "shutdown"):
        # Whatever else it carries may change from beat to beat; it is the same node all the same.
        tags = {key: tags[key] for key in ("node",) if key in tags}
        if last == "shutdown":
            ends = series_of(name.removesuffix(last) + "heartbeat", host, tags)
    series = series_of(name, host, tags)
    if len(series.encode()) > SERIES_BYTES:
        raise Invalid("series too long", f"name, host and tags are more than {SERIES_BYTES} bytes")
    return Named(series, ends, trimmed)


def _length(part: object) -> int:
    """Return what a part of a key takes, roughly."""
    return len(part) if type(part) is str else 8


def _tag(value: object) -> str:
    """Return a tag's value as text, empty when it cannot be one."""
    if type(value) is str:
        return optional_name(value)
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float:
        # With 0.0 added -0.0 is 0.0: the two are equal, so which came first would name the series.
        return repr(value + 0.0)
    return repr(value) if type(value) is int else ""
