"""Line protocol of InfluxDB: each field that is a number is a point."""

from typing import NamedTuple

import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Rejected, Several
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.signal import Decoded

NOW = 1_795_856_400.0


class Delivered(NamedTuple):
    """What a broker delivers with a body."""

    timestamp: int | None = None
    headers: dict[str, object] | None = None


def decoded(body: bytes, receipt: float | None = NOW, about: Delivered | None = None) -> Decoded:
    """Return what a body holds."""
    return decoding(Config()).formats["metric", "influx"](body, "", about, receipt, "")


def events(body: bytes) -> list[Event]:
    """Return the points in a body."""
    fact = decoded(body)
    parts = [part for _, part in fact.parts] if isinstance(fact, Several) else [fact]
    found = [part for part in parts if isinstance(part, Event)]
    assert len(found) == len(parts), parts
    return found


def test_each_field_is_a_series() -> None:
    """A field called `value` has the measurement's name; the tag `host` is the host."""
    line = b"cpu,host=web1,core=0 usage=1.5,steal=2i,value=3u,busy=t 1795856400000000000"
    assert {(each.series, each.value) for each in events(line)} == {
        ("cpu.usage@web1{core=0}", 1.5),
        ("cpu.steal@web1{core=0}", 2.0),
        ("cpu@web1{core=0}", 3.0),
        ("cpu.busy@web1{core=0}", 1.0),
    }


@pytest.mark.parametrize("digits", [0, 3, 6, 9])
def test_a_time_is_known_by_its_size(digits: int) -> None:
    """Seconds, milliseconds, microseconds and nanoseconds lie a thousand apart."""
    [event] = events(b"cpu usage=1 1795850000" + b"0" * digits)
    assert event.event == 1_795_850_000.0


def test_a_line_without_a_time_is_of_when_it_came() -> None:
    """Where it cannot have waited."""
    [event] = events(b"cpu usage=1")
    assert event.event == NOW


def test_a_body_that_may_have_waited_is_of_when_the_broker_got_it() -> None:
    """By the header in milliseconds, else by the property; without both it is refused."""
    in_header = decoded(b"cpu usage=1", None, Delivered(1, {"timestamp_in_ms": 1_795_850_000_500}))
    in_property = decoded(b"cpu usage=1", None, Delivered(1_795_850_000))
    nowhere = decoded(b"cpu usage=1", None, Delivered())
    assert isinstance(in_header, Event)
    assert isinstance(in_property, Event)
    assert isinstance(nowhere, Rejected)
    assert in_header.event == 1_795_850_000.5
    assert in_property.event == 1_795_850_000.0
    assert nowhere.reason == "no time"


@pytest.mark.parametrize(
    "line",
    [
        b"disk free=1,free=2",
        b"disk free=1,free=9,free=2i 1795856400000000000",
        b'disk,a\\ b=c\\=d free=1,said="a, \\"free=9\\" =",free=2 1795856400000000000',
    ],
)
def test_the_last_of_a_repeated_field_counts(line: bytes) -> None:
    """As for InfluxDB, so that both have the same figure."""
    assert [each.value for each in events(line)] == [2.0]


def test_equals_signs_repeat_no_field() -> None:
    """They may be in texts and, escaped, in names."""
    line = b'disk,a=b\\=c free=1,said="free=2, used=3",used\\=x=4'
    assert {each.series: each.value for each in events(line)} == {
        "disk.free{a=b\\=c}": 1.0,
        "disk.used=x{a=b\\=c}": 4.0,
    }


def test_text_among_numbers_is_left_out_and_said() -> None:
    """It is counted once for a line."""
    assert [each.trimmed for each in events(b'disk free=1,name="sda",total=2')] == [
        "text field",
        "",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"cpu", "not line protocol"),
        (b"cpu usage=1 now", "not line protocol"),
        (b"cpu usage=nan", "not line protocol"),
        (b"\xff\xfe usage=1", "not line protocol"),
        (b'cpu state="up"', "value is no number"),
        (b"cpu usage=1 -5", "bad time"),
        (b"c" * 300 + b" usage=1", "name too long"),
        (b"# a comment", "no line"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    """The words say what is wrong."""
    fact = decoded(line)
    assert isinstance(fact, Rejected), fact
    assert fact.reason == reason


def test_what_is_wrong_with_one_line_costs_that_one_only() -> None:
    """Comments and blank lines are nothing at all."""
    fact = decoded(b"# made by hand\n\ncpu usage=1\nbad\nmem free=2i\n")
    assert isinstance(fact, Several)
    assert [(said, type(part)) for said, part in fact.parts] == [
        (b"cpu usage=1", Event),
        (b"bad", Rejected),
        (b"mem free=2i", Event),
    ]
