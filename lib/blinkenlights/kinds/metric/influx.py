"""Line protocol of InfluxDB: measurement, tags, fields and a time. Each field is a point.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from line_protocol_parser import LineFormatError, parse_line
from msgspec import Meta, Struct

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import LATEST_TIME, Invalid
from blinkenlights.kinds.format import Format, PostPath
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.many_lines import NO_TIME, Part, lines_decoder
from blinkenlights.kinds.metric.naming import Named, Namer, namer
from blinkenlights.kinds.signal import Decode, Settings

_PER_SECOND = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From where on a time has which unit: nanoseconds, microseconds, milliseconds. Each is a
thousandth of the next, so that from 1973 to 5138 no time can be taken for another."""

_BEFORE_FIELDS = re.compile(rb"(?:\\.|[^ \\])* +")
_FIELD = re.compile(rb'(?:\\.|"(?:\\.|[^"\\])*"|[^, "\\])+')


class WriteQuery(Struct):
    """What clients of InfluxDB say in the query; only the precision matters."""

    precision: Annotated[
        Literal["ns", "n", "us", "u", "ms", "s"],
        Meta(description="The unit of times. It is known by their size, too."),
    ] = "ns"


def decoder(_settings: Settings) -> Decode:
    """Return what decodes bodies of lines."""
    named = namer()

    def read(lines: Sequence[bytes], came: float | None) -> list[Part]:
        said = (line for line in lines if not line.lstrip().startswith(b"#"))
        return [part for line in said for part in _parts(line, came, named)]

    return lines_decoder(read)


def _parts(line: bytes, came: float | None, named: Namer) -> list[Part]:
    """Return the points of one line, or why there are none."""
    try:
        found = parse_line(line)
        fields = _last_of_each(line, found)
    except (LineFormatError, UnicodeDecodeError, ValueError) as error:
        return [(line, Rejected("not line protocol", str(error)))]
    time = found["time"]
    if time is None and came is None:
        return [(line, Rejected("no time", NO_TIME))]
    event = came if time is None else _seconds(time)
    if event is None or not 0 <= event < LATEST_TIME:
        return [(line, Rejected("bad time", f"{time} is not between 1970 and 9999"))]
    numbers = {key: value for key, value in fields.items() if isinstance(value, int | float)}
    if not numbers:
        return [(line, Rejected("value is no number", "it has no field that is a number"))]
    trimmed = "text field" if len(numbers) < len(fields) else ""
    parts: list[Part] = []
    for key, value in numbers.items():
        try:
            series, ends, why = _named(found, key, named)
        except Invalid as invalid:
            parts.append((line, invalid.rejected))
            continue
        parts.append((line, Event(series, event, float(value), ends=ends, trimmed=trimmed or why)))
        trimmed = ""
    return parts


def _last_of_each(line: bytes, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a line: of one that it has twice the last, which is what InfluxDB keeps.

    The parser gives the first.
    """
    fields: Mapping[str, Any] = found["fields"]
    start = _BEFORE_FIELDS.match(line)
    if line.count(b"=") == len(found["tags"]) + len(fields) or start is None:
        return fields
    last: dict[str, Any] = {}
    for each in _FIELD.findall(line, start.end()):
        if b"=" in each:
            last |= parse_line(b"m " + each)["fields"]
    return last if last.keys() == fields.keys() else fields


def _named(found: dict[str, Any], key: str, named: Namer) -> Named:
    """Return the names of one field of a line; raises Invalid."""
    tags = dict(found["tags"])
    name = found["measurement"] if key == "value" else f"{found['measurement']}.{key}"
    return named(name, tags.pop("host", None), tags)


def _seconds(time: int) -> float:
    return next((time / unit for least, unit in _PER_SECOND if time >= least), float(time))


INFLUX = Format(
    name="influx",
    decoder=decoder,
    holds_many=True,
    posts=tuple(PostPath(path=path, query=WriteQuery) for path in ("/write", "/api/v2/write")),
)
"""The two paths are those of InfluxDB 1 and 2, so that its clients need another address only."""
