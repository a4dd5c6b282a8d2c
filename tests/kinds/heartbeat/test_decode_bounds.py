"""Times, intervals and further keys of a heartbeat are kept within bounds."""

import json

import pytest

from blinkenlights.kinds.fields import BODY_BYTES
from blinkenlights.kinds.heartbeat.decode import (
    EXTRA_BYTES,
    EXTRA_KEYS,
    EXTRA_VALUE_BYTES,
    LONGEST_INTERVAL,
    parse,
)
from blinkenlights.kinds.heartbeat.fact import Heartbeat


def beat(**keys: object) -> Heartbeat:
    found = parse(json.dumps({"name": "x", "timestamp": 1_300_000_000} | keys).encode())
    assert isinstance(found, Heartbeat), found
    return found


@pytest.mark.parametrize(
    ("timestamp", "seconds"),
    [
        ([1970, 1, 1, 0, 0, 0], 0.0),
        ([2011, 7, 7, 12, 0, 0], 1310040000.0),
        ([2011, 7, 7, 12, 0, 0.25], 1310040000.25),
        ([2016, 12, 31, 23, 59, 60], 1483228800.0),
        (100, 100.0),
        (1310040000.5, 1310040000.5),
        ("2011-07-07 12:00:00.250000", 1310040000.25),
        ("2011-07-07 12:00:00", 1310040000.0),
        ("2011-07-07T12:00:00Z", 1310040000.0),
        ("2011-07-07T14:00:00+02:00", 1310040000.0),
        ("20110707T120000", 1310040000.0),
    ],
)
def test_a_time_is_read_in_every_form(timestamp: object, seconds: float) -> None:
    """Lists, numbers and ISO texts are times; they are UTC unless they say otherwise."""
    assert beat(timestamp=timestamp).event == seconds


@pytest.mark.parametrize(
    ("interval", "kept"),
    [
        (60, 60),
        (1, 1),
        (0.2, 1),
        (59.5, 60),
        (120, 120),
        (121, 130),
        (3600, 3600),
        (3601, 3900),
        (86400, 86400),
        (86401, 90000),
        (LONGEST_INTERVAL, LONGEST_INTERVAL),
    ],
)
def test_an_interval_is_rounded_up(interval: float, kept: int) -> None:
    """Never down, or somebody in time would be late; coarsely, or there would be too many sets."""
    found = beat(interval=interval)

    assert (found.interval, found.trimmed) == (kept, "")


def test_all_intervals_together_are_few() -> None:
    """However many intervals senders invent, fewer than 1,500 sorted sets come of it."""
    steps = [*range(1, 4000), *range(4000, LONGEST_INTERVAL, 97)]

    assert len({beat(interval=seconds).interval for seconds in steps}) < 1500


@pytest.mark.parametrize(
    "interval", [0, -60, LONGEST_INTERVAL + 1, 10**30, "60", True, [60], {"seconds": 60}]
)
def test_a_bad_interval_is_the_default(interval: object) -> None:
    """A heartbeat with an impossible interval is still a sign of life; it is noted as trimmed."""
    found = beat(interval=interval)

    assert (found.interval, found.trimmed) == (60, "bad interval")


def test_the_default_interval_is_the_collectors() -> None:
    """What a heartbeat does not say is the configured interval."""
    found = parse(b'{"name": "x", "timestamp": 1}', default_interval=10)

    assert isinstance(found, Heartbeat)
    assert found.interval == 10


def test_too_many_keys_are_cut() -> None:
    """The first keys are kept, and it is noted why the others are not."""
    found = beat(**{f"key{number}": number for number in range(EXTRA_KEYS + 5)})

    assert list(json.loads(found.extras)) == [f"key{number}" for number in range(EXTRA_KEYS)]
    assert found.trimmed == "too many keys"


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"large": "x" * EXTRA_VALUE_BYTES}, id="value"),
        pytest.param({"x" * EXTRA_VALUE_BYTES: 1}, id="key"),
        pytest.param({"large": ["x" * 20] * 60}, id="list"),
    ],
)
def test_a_large_key_or_value_is_left_out(extra: dict[str, object]) -> None:
    """One oversized key costs itself only; the others are kept."""
    found = beat(before=1, **extra, after=2)

    assert json.loads(found.extras) == {"before": 1, "after": 2}
    assert found.trimmed == "key or value too large"


def test_keys_that_are_too_much_in_all_are_left_out() -> None:
    """What fits in all is kept."""
    found = beat(**{f"key{number}": "x" * 900 for number in range(6)}, small=1)

    assert list(json.loads(found.extras)) == ["key0", "key1", "key2", "key3", "small"]
    assert len(found.extras) <= EXTRA_BYTES
    assert found.trimmed == "too much in all"


def test_a_key_is_kept_whatever_stands_beside_it() -> None:
    """Whether a key is kept does not depend on how large the rest of the message is."""
    key = "k" * 100

    assert key in json.loads(beat(**{key: 1}).extras)
    assert key in json.loads(beat(**{key: 1}, other="x" * 1000).extras)


def test_a_bad_instance_is_no_reason_to_miss_a_sign_of_life() -> None:
    """An instance that cannot be shown or is too long is left unnamed."""
    assert beat(uuid="a\nb").instance == ""
    assert beat(uuid="x" * 300).instance == ""
    assert beat(uuid="é" * 200).instance == ""
    assert beat(uuid=None).instance == ""
    assert beat(uuid=17).instance == "17"


def test_a_process_number_beyond_reason_is_no_instance() -> None:
    """The instance of a worker is bounded like any other."""
    body = {
        "version": "20130319",
        "system_id": "s",
        "worker_name": "w",
        "hostname": "h",
        "timestamp": 1,
        "pid": 10**1000,
    }
    found = parse(json.dumps(body).encode())

    assert isinstance(found, Heartbeat)
    assert found.instance == ""


def test_a_message_at_the_bound_is_read() -> None:
    """The bound is inclusive; one byte more is refused."""
    body = b'{"name": "x", "timestamp": 1, "pad": "'
    body += b"x" * (BODY_BYTES - len(body) - 2) + b'"}'

    assert isinstance(parse(body), Heartbeat)
    assert not isinstance(parse(body + b" "), Heartbeat)


@pytest.mark.parametrize(
    ("interval", "kept", "trimmed"),
    [
        pytest.param(3600, 3600, "", id="at the limit"),
        pytest.param(3601, 60, "bad interval", id="above"),
        pytest.param(20 * 86400, 60, "bad interval", id="far above"),
    ],
)
def test_an_interval_above_the_configured_limit_is_the_default(
    interval: int, kept: int, trimmed: str
) -> None:
    """By mistake somebody claims a month; dead, they would pass for living until two are over."""
    sent = {"name": "x", "timestamp": 1, "interval": interval}
    found = parse(json.dumps(sent).encode(), longest_interval=3600)

    assert isinstance(found, Heartbeat)
    assert (found.interval, found.trimmed) == (kept, trimmed)


@pytest.mark.parametrize(
    "form",
    [
        {"message_version": "20110707", "source_name": "x"},
        {"version": "20130319", "system_id": "s", "worker_name": "w", "hostname": "h", "pid": 1},
    ],
    ids=["Vumi 2011", "Vumi 2013"],
)
def test_the_limit_holds_for_every_form(form: dict[str, object]) -> None:
    """Whatever carries an interval may be wrong about it."""
    sent = form | {"timestamp": 1, "interval": 86400}
    found = parse(json.dumps(sent).encode(), longest_interval=3600)

    assert isinstance(found, Heartbeat)
    assert (found.interval, found.trimmed) == (60, "bad interval")
