"""A captured line: columns for awk and cut, and the whole message behind them."""

import json
import re
from decimal import Decimal
from typing import Any

import pika
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.transferlog.line import identity, line
from blinkenlights.transferlog.message import Message
from transferlog.reports import TOPIC, body, properties

RECEIPT = 1459170161.117
SORTED = '{"flow":"exp13","parts":"1,6451,1,0,0","source":"metpx"}'


def message(content: bytes, given: pika.BasicProperties, key: str | bytes = TOPIC) -> Message:
    return Message(1, False, key, given, content)


def columns(of: Message) -> list[str]:
    return line(of, RECEIPT).decode().removesuffix("\n").split("\t")


def unescaped(text: str) -> bytes:
    """Return the bytes that a column stands for, as its documentation says."""
    words = {"t": b"\t", "n": b"\n", "r": b"\r", "\\": b"\\"}

    def byte(found: re.Match[bytes]) -> bytes:
        word = found[1].decode()
        if word[0] == "x":
            return bytes([int(word[1:], 16)])
        return chr(int(word[1:], 16)).encode() if word[0] == "u" else words[word]

    return re.sub(rb"\\(x..|u....|.)", byte, text.encode())


def test_the_columns_of_a_report() -> None:
    """Receipt, event, code, source, client, bytes, duration, flow, name; then the message."""
    headers = {"parts": "1,6451,1,0,0", "source": "metpx", "flow": "exp13"}
    found = columns(message(body(5), pika.BasicProperties("text/plain", headers=headers)))

    assert found == [
        "2016-03-28T13:02:41.117Z",
        "2016-03-28T13:02:40.263Z",
        "201",
        "metpx",
        "boule",
        "6451",
        "0.258",
        "exp13",
        "observations/swob-ml/5-swob.xml",
        TOPIC,
        f'{{"content_type":"text/plain","headers":{SORTED}}}',
        body(5).decode(),
    ]


def test_what_is_no_transfer_has_its_place_too() -> None:
    """Its third column says what it is, and the message is whole."""
    post = message(b"20160328 http://x/ y", properties(), "v02.post.x")
    rubbish = message(b"\xff", properties(), "x")
    begun = b'{"state":"started","client":"c","node":"n","id":"1","timestamp":1459170160}'

    assert [columns(each)[1:9] for each in (post, rubbish)] == [
        ["-", "post", *"------"],
        ["-", "rejected", *"------"],
    ]
    assert columns(rubbish)[11] == "\\xff"
    started = columns(message(begun, pika.BasicProperties(), "x"))
    assert started[1:5] == ["2016-03-28T13:02:40.000Z", "started", "-", "c"]


@given(st.binary(max_size=200), st.text(max_size=50))
def test_the_message_can_be_had_back(content: bytes, topic: str) -> None:
    """Whatever is in it, it is one line of twelve columns without control characters."""
    found = columns(message(content, pika.BasicProperties(), topic))

    assert len(found) == 12
    assert all(character.isprintable() or ord(character) > 0x9F for character in "".join(found))
    assert unescaped(found[9]) == topic.encode()
    assert unescaped(found[11]) == content


def test_a_name_is_escaped_once() -> None:
    """As it is shown everywhere else, though it is not UTF-8; the message has its own column."""
    path = b"observations/Montr\xe9al/a\\b.xml"
    content = b"20160328130240 http://h/ %b 201 dd2 boule 0.25" % path

    found = columns(message(content, properties()))

    assert found[8] == r"observations/Montr\xe9al/a\b.xml"
    assert unescaped(found[11]) == content


def test_a_topic_that_is_not_text() -> None:
    """Its bytes are there, as in a body."""
    found = columns(message(b"x", pika.BasicProperties(), b"\xff\\"))

    assert found[9] == "\\xff\\\\"


def test_every_type_of_header_is_json() -> None:
    """Types that JSON does not have are texts."""
    headers: dict[str, Any] = {
        "exact": Decimal("1.5"),
        "raw": b"\xff",
        "table": {"none": None},
        "text": "a\tb\n",
    }

    found = columns(message(b"x", pika.BasicProperties(headers=headers)))

    assert json.loads(found[10])["headers"] == {
        "exact": "1.5",
        "raw": "/w==",
        "table": {"none": None},
        "text": "a\tb\n",
    }


def test_a_message_is_the_same_however_often_it_comes() -> None:
    """When it came, and what a queue has noted, does not matter; every part of the message does."""
    first = identity(line(message(body(1), properties("a", flow="b")), RECEIPT))
    again = pika.BasicProperties(
        content_type="text/plain",
        delivery_mode=2,
        headers={
            "x-delivery-count": 3,
            "flow": "b",
            "message": "Downloaded",
            "parts": "1,6451,1,0,0",
            "source": "a",
        },
    )

    assert identity(line(message(body(1), again), RECEIPT + 60)) == first
    for other in (
        message(body(2), properties("a", flow="b")),
        message(body(1), properties("a", flow="c")),
        message(body(1), properties("a", flow="b"), "x"),
    ):
        assert identity(line(other, RECEIPT)) != first
