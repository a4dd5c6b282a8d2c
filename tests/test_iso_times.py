"""Times in ISO 8601 are read as senders write them, in every place that reads one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.commands.machine_list import read_machines
from blinkenlights.commands.moments import earlier
from blinkenlights.iso_times import iso_time
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat.decode import parse as parse_heartbeat
from blinkenlights.kinds.machine.decode import parse as parse_machine
from blinkenlights.kinds.transfer.decode import parse as parse_transfer

LEAP = 1483228800.0
"""The leap second at the end of 2016 is the first second of 2017, as POSIX counts."""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("2016-12-31T23:59:60Z", LEAP, id="leap-second"),
        pytest.param("2016-12-31T23:59:60", LEAP, id="leap-second-without-zone"),
        pytest.param("2016-12-31 23:59:60.25Z", LEAP + 0.25, id="leap-second-with-a-fraction"),
        pytest.param("2017-01-01T00:59:60+01:00", LEAP, id="leap-second-elsewhere"),
        pytest.param("20161231T235960Z", LEAP, id="leap-second-in-the-basic-form"),
        pytest.param("2016-W52-6T23:59:60Z", LEAP, id="leap-second-of-a-week"),
        pytest.param("2016-12-31T23:59:61Z", LEAP + 1, id="second-61"),
        pytest.param("2016-12-31t23:59:60z", LEAP, id="leap-second-in-small-letters"),
        pytest.param("2016-12-31T23:59:59z", LEAP - 1, id="small-z"),
        pytest.param("2016-12-31t23:59:59.5z", LEAP - 0.5, id="small-t-and-z"),
    ],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    """A leap second is a second, and small letters are as good as large ones."""
    assert iso_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:59:62Z",
        "2016-12-31T23:60:00Z",
        "2016-12-31T23:60Z",
        "2016-12-31T23:59:60ZZ",
        "2016-12-31T23:59:60 or so",
        "2016-13-31T23:59:60Z",
        "60",
        "z",
        "",
    ],
)
def test_what_is_no_time(text: str) -> None:
    """What neither calendar nor clock has is refused."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        iso_time(text)


@given(st.text(alphabet="0123456789-:.TtZzW+ ", max_size=30))
def test_any_text(text: str) -> None:
    """Any text is a time or no time, and nothing else happens."""
    with suppress(ValueError, OverflowError):
        assert isinstance(iso_time(text), float)


@pytest.mark.parametrize("time", ["2016-12-31T23:59:60Z", "2016-12-31t23:59:60z"])
def test_every_reader_of_times_takes_it(time: str) -> None:
    """Heartbeats, transfers, machines, lists of machines, and moments on the command line."""
    beat = parse_heartbeat(b'{"name": "a", "timestamp": "%b"}' % time.encode())
    transfer = parse_transfer(
        b'{"client": "a", "code": 201, "timestamp": "%b"}' % time.encode(), "transfers"
    )
    machine = parse_machine(
        b'{"datacenter": "mdc1", "machine": "a", "timestamp": "%b"}' % time.encode()
    )
    for fact in (beat, transfer, machine):
        assert not isinstance(fact, Rejected), fact
        assert getattr(fact, "event", fact) == LEAP

    found = read_machines(b'{"mdc1:a": "%b"}' % time.encode(), LEAP + 1)
    assert [each.time for each in found.seen] == [LEAP]
    assert earlier(lambda: LEAP + 1)(time) == LEAP
