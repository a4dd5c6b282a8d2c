"""Events of numbat-emitter: every form that it sends, and what is refused."""

import json
from math import isnan
from typing import Any

import pytest

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.numbat import parser

NOW = 1_790_000_000.0


def read(**message: Any) -> Event:  # noqa: ANN401 - whatever JSON holds
    event = parser()(json.dumps(message).encode(), NOW)
    assert isinstance(event, Event), event
    return event


def refused(body: bytes, receipt: float | None = NOW) -> str:
    found = parser()(body, receipt)
    assert isinstance(found, Rejected), found
    return found.reason


def test_a_heartbeat_of_the_emitter() -> None:
    """Times and ttl are milliseconds, and whatever else it carries makes no other series."""
    event = read(name="www.heartbeat", ttl=16000, host="example-1", time=1401651649819, pid=17)

    assert event == Event("www.heartbeat@example-1", 1401651649.819, 1.0, 16.0)


def test_scalars_are_tags() -> None:
    """Text, numbers and booleans, in alphabetical order; null and empty ones are none."""
    event = read(name="app.response", statusCode=500, ok=False, none=None, empty="", verb="GET")

    assert event.series == "app.response{ok=false,statusCode=500,verb=GET}"
    assert (event.value, event.event, event.trimmed) == (1.0, NOW, "")


@pytest.mark.parametrize(
    ("value", "number"),
    [(5023, 5023.0), (0, 0.0), (-1.5, -1.5), (True, 1.0), (False, 0.0), ("12.5", 12.5)],
)
def test_values(value: object, number: float) -> None:
    """Numbers, booleans as 1 and 0, and text that is a number."""
    assert read(name="x", value=value).value == number


@pytest.mark.parametrize("value", [None, "NaN", "inf", 10**400])
def test_a_value_that_is_none(value: object) -> None:
    """Null, not a number and infinity are a sign of life and no point."""
    assert isnan(read(name="x", value=value).value)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("okay", "ok"), ("ok", "ok"), ("warning", "warning"), ("critical", "critical")],
)
def test_statuses(status: str, expected: str) -> None:
    """As numbat spells them, and as people do."""
    assert read(name="x", status=status).status == expected


def test_a_status_that_is_none() -> None:
    """It is left out and counted; the event counts."""
    event = read(name="x", status="on fire")

    assert event.status is None or event.status == ""
    assert event.trimmed == "unknown status"


@pytest.mark.parametrize("ttl", [0, -5, "16", True, 10**12])
def test_a_ttl_that_is_none(ttl: object) -> None:
    """It is left out and counted."""
    event = read(name="x", ttl=ttl)

    assert (event.ttl, event.trimmed) == (0.0, "bad ttl")


def test_seconds_are_taken_as_seconds() -> None:
    """A time that as milliseconds would be in 1970 is in seconds."""
    assert read(name="x", time=1_789_999_990).event == 1_789_999_990


def test_a_shutdown_ends_the_heartbeat_of_its_node() -> None:
    """Of the same host and node."""
    event = read(name="www.shutdown", host="h", node="2", pid=3)

    assert event.series == "www.shutdown@h{node=2}"
    assert event.ends == "www.heartbeat@h{node=2}"


def test_how_it_wants_to_be_shown() -> None:
    """Description, title, unit, graph and range are kept, and are no tags."""
    event = read(name="x", description="d\n", title="T", unit="ms", graph="bar", range=[0, 100])

    assert event.series == "x"
    assert json.loads(event.extras) == {
        "description": "d\\n",
        "title": "T",
        "unit": "ms",
        "graph": "bar",
        "range": [0, 100],
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"[" * 5000, "not JSON"),
        (b'{"name": "x", "value": 1e999}', "not JSON"),
        (b"{}", "no name"),
        (b'{"name": " "}', "no name"),
        (b'{"name": "x", "value": "high"}', "value is no number"),
        (b'{"name": "x", "value": [1]}', "value is no number"),
        (b'{"name": "x", "value": "1_000"}', "value is no number"),
        ('{"name": "x", "value": "\u0663"}'.encode(), "value is no number"),
        (b'{"name": "x", "time": "now"}', "bad time"),
        (b'{"name": "x", "time": -1}', "bad time"),
        (b'{"name": "x", "time": 1e300}', "bad time"),
        (b'{"name": "x", "time": true}', "bad time"),
        (b'{"name": "%s"}' % (b"x" * 256), "name too long"),
        (
            b'{"name": "x", "host": "%s", "a": "%s", "b": "%s"}'
            % (b"h" * 250, b"a" * 250, b"b" * 250),
            "series too long",
        ),
        (b'{"name": "x", "%s": "v"}' % (b"k" * 256), "tag too long"),
        (b" " * 65537, "too large"),
    ],
)
def test_what_is_refused(body: bytes, reason: str) -> None:
    """With a reason, which is counted."""
    assert refused(body) == reason


def test_an_event_without_a_time_that_may_have_waited() -> None:
    """Nobody knows when it was."""
    assert refused(b'{"name": "x"}', None) == "no time"


def test_tags_are_bounded() -> None:
    """Sixteen are kept, and it is counted that there were more; a list is none."""
    event = read(name="x", **{f"t{number:02}": "v" for number in range(20)})

    assert event.series.count("=") == 16
    assert event.trimmed == "too many tags"
    assert read(name="x", a=[1]).trimmed == "tag is no text"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_that_no_float_holds_is_no_time_and_no_ttl(sign: int) -> None:
    """It is refused, or left out, and stops nobody."""
    assert refused(json.dumps({"name": "x", "time": sign * 10**400}).encode()) == "bad time"

    event = read(name="x", ttl=sign * 10**400)
    assert (event.ttl, event.trimmed) == (0.0, "bad ttl")
