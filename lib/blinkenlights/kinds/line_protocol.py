"""Writes the line protocol of InfluxDB 1 and 2: `measurement,tag=value field=1 time`.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

import re
from collections.abc import Mapping

_OF_THE_SERVER = frozenset(("time", "_time", "_field", "_measurement"))
"""Keys that the server has for itself: a line with such a tag is refused."""
_CONTROL = (*range(32), 127)
_IN_MEASUREMENT = str.maketrans({",": "\\,", " ": "\\ "} | dict.fromkeys(map(chr, _CONTROL), "\\ "))
_IN_TAG = _IN_MEASUREMENT | {ord("="): "\\="}
_UNWRITABLE = re.compile(r"\\+(?=[,= \x00-\x1f\x7f]|\Z)")
_IN_TEXT = str.maketrans({'"': '\\"', "\\": "\\\\"} | dict.fromkeys(map(chr, _CONTROL), " "))


def head(measurement: str, tags: Mapping[str, str]) -> str:
    """Return what a line begins with: what makes its series.

    A tag without a value is left out, as it is missing for the server, too. The form has no way to
    write a backslash at an end, or before what has one of its own, and a measurement that begins
    with `#` would be a comment: in place of the one `/` is written, before the other `_`.
    """
    text = _writable(measurement).translate(_IN_MEASUREMENT)
    if text[:1] == "#":
        text = "_" + text
    for key, value in sorted(tags.items()):
        if key and value:
            name = f"{key}_" if key in _OF_THE_SERVER else key
            text += f",{_writable(name).translate(_IN_TAG)}={_writable(value).translate(_IN_TAG)}"
    return text


def text_field(value: str) -> str:
    """Return a text as the value of a field."""
    return f'"{value.translate(_IN_TEXT)}"'


def microseconds(moment: float) -> int:
    """Return a moment, in seconds since the epoch, as lines have it here."""
    return round(moment * 1_000_000)


def _writable(text: str) -> str:
    if "\\" not in text:
        return text
    return _UNWRITABLE.sub(lambda found: "/" * len(found[0]), text)
