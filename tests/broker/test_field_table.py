"""Headers are read as they were sent: each type of AMQP 0-9-1 at its bounds, and what is none."""

import json
import math
import struct
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika.exceptions import ConnectionClosedByBroker

from blinkenlights.broker.field_table import DEEPEST, read_table
from blinkenlights.broker.properties import ReceivedProperties, without
from blinkenlights.transferlog.line import line
from blinkenlights.transferlog.message import Message
from broker.written import Written, field, headers, table
from servers.rabbitmq import Broker

QUEUE = "headers"
LAST_SECOND = 253402300799
SOURCE = field(b"source", b"S", table(b"metpx"))
LONG_AGO, AT_LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def packed(kind: str, layout: str, *values: float) -> list[tuple[bytes, bytes, Any]]:
    return [(kind.encode(), struct.pack(f">{layout}", each), each) for each in values]


DECIMALS = [
    (b"D", struct.pack(">Bi", places, digits), Decimal(f"{digits}E-{places}"))
    for places in (0, 2, 255)
    for digits in (-(2**31), -1, 0, 2**31 - 1)
]
PASSED_ON: list[tuple[bytes, bytes, Any]] = [
    (b"t", b"\0", False),
    (b"t", b"\1", True),
    (b"t", b"\xff", True),
    *packed("b", "b", -128, -1, 127),
    *packed("B", "B", 0, 255),
    *packed("s", "h", -(2**15), -1, 2**15 - 1),
    *packed("u", "H", 0, 2**16 - 1),
    *packed("I", "i", -(2**31), -1, 2**31 - 1),
    *packed("i", "I", 0, 2**32 - 1),
    *packed("l", "q", -(2**63), -1, 2**53 + 1, 2**63 - 1),
    *packed("L", "q", -(2**63), -1, 2**53 + 1, 2**63 - 1),
    *packed("f", "f", -0.0, 0.5, 2.0**-149, (2 - 2.0**-23) * 2.0**127),
    *packed("d", "d", -0.0, 0.1, 5e-324, 1.7976931348623157e308),
    *DECIMALS,
    (b"S", table(), ""),
    (b"S", table("Montréal\0".encode()), "Montréal\0"),
    (b"S", table(b"\xff\xfe"), b"\xff\xfe"),
    (b"x", table(), b""),
    (b"x", table(b"\xff\0"), b"\xff\0"),
    (b"A", table(), []),
    (b"A", table(b"V", b"t\1", b"d" + struct.pack(">d", 0.1)), [None, True, 0.1]),
    (b"F", table(), {}),
    (b"F", table(field(b"\xff", b"b", b"\1"), field(b"a", b"V", b"")), {"\\xff": 1, "a": None}),
    (b"T", struct.pack(">Q", 0), LONG_AGO),
    (b"T", struct.pack(">Q", LAST_SECOND), AT_LAST),
    *packed("T", "Q", LAST_SECOND + 1, 1_831_000_000_000, 2**63, 2**64 - 1),
    (b"V", b"", None),
]
"""Type, value as it is sent and as it is read: all that RabbitMQ passes on."""
REFUSED: list[tuple[bytes, bytes, Any]] = [
    *packed("U", "h", -(2**15), -1, 2**15 - 1),
    *packed("f", "f", math.inf, -math.inf, math.nan),
    *packed("d", "d", math.inf, -math.inf, math.nan),
    (b"z", b"12", b"z12"),
]
"""What it does not, or not in each of its versions."""


def received(*fields: bytes) -> ReceivedProperties:
    return ReceivedProperties().decode(b"".join(headers(*fields).encode()))


def is_same(found: object, expected: object) -> bool:
    """Whether type and value are the same, the sign of a zero and what is no number too."""
    return repr(found) == repr(expected)


@pytest.mark.parametrize(("kind", "value", "expected"), PASSED_ON + REFUSED)
def test_a_value_is_as_it_was_sent(kind: bytes, value: bytes, expected: object) -> None:
    """It is that of its type, and what comes before and behind it is there."""
    encoded = table(field(b"a", b"b", b"\1"), field(b"x", kind, value)) + b"more"

    found, end = read_table(encoded, 0)

    assert found["a"] == 1
    assert is_same(found["x"], expected)
    assert encoded[end:] == b"more"


@pytest.mark.parametrize(("kind", "value", "expected"), PASSED_ON)
def test_all_others_are_there_whatever_one_is(kind: bytes, value: bytes, expected: object) -> None:
    """Headers before and behind a value, and other properties, are read in any case."""
    flags = Written.FLAG_CONTENT_TYPE | Written.FLAG_HEADERS | Written.FLAG_CLUSTER_ID
    sent = table(field(b"x", kind, value), SOURCE)
    properties = ReceivedProperties().decode(struct.pack(">H", flags) + b"\4text" + sent + b"\2id")

    assert properties.headers is not None
    assert properties.headers["source"] == "metpx"
    assert is_same(properties.headers["x"], expected)
    assert (properties.content_type, properties.cluster_id) == ("text", "id")
    assert properties.priority is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        pytest.param(b"l\0", b"l\0", id="cut off"),
        pytest.param(b"S\0\0\0\5abc", b"S\0\0\0\5abc", id="a text longer than its table"),
        pytest.param(b"F\0\0\0\5abc", b"F\0\0\0\5abc", id="a table longer than its table"),
        pytest.param(b"A" + table(b"t\1", b"zz", b"t\1"), [True, b"zzt\1"], id="unknown in a list"),
        pytest.param(b"", b"", id="no type"),
    ],
)
def test_what_cannot_be_read_is_bytes(value: bytes, read: object) -> None:
    """It ends with the table that it is in, and everything else is there."""
    properties = received(SOURCE, b"\1x" + value)

    assert properties.headers == {"source": "metpx", "x": read}


def test_tables_in_tables_have_an_end() -> None:
    """However deep they are, they are read up to a depth at which nothing breaks."""
    value = b"t\1"
    for _ in range(5_000):
        value = b"A" + table(value)

    properties = received(field(b"x", value[:1], value[1:]), SOURCE)

    assert properties.headers is not None
    assert properties.headers["source"] == "metpx"
    inner: Any = properties.headers["x"]
    for _ in range(DEEPEST):
        (inner,) = inner
    assert type(inner) is bytes


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(encoded: bytes) -> None:
    """Whatever a broker were to send, reading it ends, and so does writing it down."""
    properties = ReceivedProperties().decode(encoded)

    assert properties.encode() == [encoded]
    line(Message(1, False, "x", properties, b""), 0.0)
    without(properties, ["x"], user=True)


def test_what_is_left_out_leaves_the_rest_as_it_was() -> None:
    """A header and the user go, and not a byte of what stays is another."""
    kept = [field(b"%d" % number, *each[:2]) for number, each in enumerate(PASSED_ON)]
    flags = Written.FLAG_HEADERS | Written.FLAG_TYPE | Written.FLAG_CLUSTER_ID
    noted = field(b"x-delivery-count", b"l", bytes(8))
    with_user = struct.pack(">H", flags | Written.FLAG_USER_ID)
    given = with_user + table(*kept[:5], noted, *kept[5:]) + b"\3abc" + b"\4user" + b"\2id"

    found = without(ReceivedProperties().decode(given), ["x-delivery-count"], user=True)

    expected = struct.pack(">H", flags) + table(*kept) + b"\3abc" + b"\2id"
    assert found.encode() == [expected]


def test_a_table_of_notes_alone_was_not_sent() -> None:
    """A message without headers has none when the notes are gone."""
    given = pika.BasicProperties(headers={"x-delivery-count": 1}, priority=3)

    found = without(given, ["x-delivery-count"])

    assert (found.headers, found.priority) == (None, 3)


def test_a_captured_line_has_each_value() -> None:
    """Numbers are numbers, whole; what JSON does not have is a text."""
    fields = [field(b"%d" % number, *each[:2]) for number, each in enumerate(PASSED_ON + REFUSED)]
    properties = received(SOURCE, *fields)
    message = Message(1, False, "x", properties, b"")

    written = line(message, 0.0).decode().split("\t")[10]

    found = json.loads(written)["headers"]
    assert message.source() == found["source"] == "metpx"
    assert len(found) == len(fields) + 1
    for number, (_, _, expected) in enumerate(PASSED_ON + REFUSED):
        if isinstance(expected, float) and not math.isfinite(expected):
            expected = repr(expected)  # noqa: PLW2901
        if isinstance(expected, float | int | str | list | dict | None):
            assert is_same(found[str(number)], expected)
        else:
            assert type(found[str(number)]) is str


def test_every_type_comes_through_a_broker(rabbitmq: Broker) -> None:
    """What RabbitMQ passes on is read as it was sent."""
    fields = [field(b"%d" % number, *each[:2]) for number, each in enumerate(PASSED_ON)]
    with rabbitmq.channel() as channel:
        channel.queue_declare(QUEUE)
    rabbitmq.publish("", QUEUE, [b"x"], properties=headers(*fields))

    with rabbitmq.channel() as channel:
        _, properties, _ = channel.basic_get(QUEUE, auto_ack=True)

    assert properties is not None
    found = properties.headers or {}
    for number, (kind, _, expected) in enumerate(PASSED_ON):
        assert is_same(found[str(number)], expected), kind


@pytest.mark.parametrize(("kind", "value", "expected"), REFUSED)
def test_what_a_broker_may_refuse(
    kind: bytes, value: bytes, expected: object, rabbitmq: Broker
) -> None:
    """It takes it away with the connection of who sent it, or passes it on as it was sent."""
    with rabbitmq.channel() as channel:
        channel.queue_declare(QUEUE)
    try:
        rabbitmq.publish("", QUEUE, [b"x"], properties=headers(field(b"x", kind, value), SOURCE))
    except ConnectionClosedByBroker:
        return

    with rabbitmq.channel() as channel:
        _, properties, _ = channel.basic_get(QUEUE, auto_ack=True)

    assert properties is not None
    assert properties.headers is not None
    assert properties.headers["source"] == "metpx"
    assert is_same(properties.headers["x"], expected)
