"""Names are taken as they are or not at all; texts for people are made fit to be shown."""

import json

import pytest

from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    LARGEST_SIZE,
    LONGEST_DURATION,
    NAME_BYTES,
    TEXT_BYTES,
    text_for_people,
)
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer


def transfer(**keys: object) -> Transfer:
    message = {"client": "alice", "code": 201, "timestamp": 1_300_000_000} | keys
    found = parse(json.dumps(message).encode())
    assert isinstance(found, Transfer), found
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Montréal/été 1.txt", "Montréal/été 1.txt", id="as-it-is"),
        pytest.param("a\nb\x1b[2J", "a\\nb\\x1b[2J", id="controls"),
        pytest.param("a\u202eb\u00a0c", "a\\u202eb\\xa0c", id="invisible"),
        pytest.param("a\\nb", "a\\nb", id="backslash"),
        pytest.param("\ud800", "\\ud800", id="surrogate"),
        pytest.param("ftp://bob:secret@h/x", "ftp://bob:***@h/x", id="password"),
        pytest.param("a://b:c@d e://f:g@h", "a://b:***@d e://f:***@h", id="passwords"),
        pytest.param("http://h:80/x@y", "http://h:80/x@y", id="port"),
        pytest.param("mail bob@h at 12:30", "mail bob@h at 12:30", id="no-url"),
        pytest.param("x" * TEXT_BYTES, "x" * TEXT_BYTES, id="long"),
        pytest.param("x" * (TEXT_BYTES + 1), "x" * (TEXT_BYTES - 3) + "…", id="too-long"),
        pytest.param("é" * 300, "é" * 254 + "…", id="too-long-in-bytes"),
        pytest.param("€" * 129, "€" * 129, id="long-in-bytes"),
        pytest.param("", "", id="empty"),
        pytest.param(None, "", id="null"),
        pytest.param(b"x", "", id="bytes"),
    ],
)
def test_a_text_for_people(text: object, shown: str) -> None:
    """It is one printable line of at most 512 bytes, without passwords."""
    assert text_for_people(text) == shown


def test_a_password_is_left_out_before_a_text_is_cut() -> None:
    """No part of a password is left where a cut falls into it."""
    shown = text_for_people("x" * 480 + " ftp://bob:" + "secret" * 20 + "@h/")

    assert "secret" not in shown


@pytest.mark.parametrize("key", ["name", "flow", "message"])
def test_texts_are_fit_to_be_shown(key: str) -> None:
    """However odd the name of a file, its transfer counts."""
    found = transfer(**{key: "a\nb" + "c" * 1000})

    assert getattr(found, key).startswith("a\\nbccc")
    assert len(getattr(found, key).encode()) == TEXT_BYTES


@pytest.mark.parametrize("key", ["client", "source"])
def test_a_name_at_the_bound(key: str) -> None:
    """A name has up to 255 bytes."""
    assert getattr(transfer(**{key: "x" * NAME_BYTES}), key) == "x" * NAME_BYTES
    assert getattr(transfer(**{key: "Ünï cödé"}), key) == "Ünï cödé"


@pytest.mark.parametrize(
    ("given", "size"),
    [
        (0, 0),
        (6451, 6451),
        ("6451", 6451),
        (LARGEST_SIZE, LARGEST_SIZE),
        (str(LARGEST_SIZE), LARGEST_SIZE),
        (LARGEST_SIZE + 1, 0),
        (10**400, 0),
        ("9" * 5000, 0),
        (-1, 0),
        ("-1", 0),
        (12.5, 0),
        (True, 0),
        (None, 0),
        ([1], 0),
    ],
)
def test_a_size(given: object, size: int) -> None:
    """What is no credible number of bytes is unknown, or one message would spoil every sum."""
    assert transfer(bytes=given).size == size


@pytest.mark.parametrize(
    ("given", "duration"),
    [
        (0, 0.0),
        (-0.75, -0.75),
        ("0.25", 0.25),
        (LONGEST_DURATION, LONGEST_DURATION),
        (LONGEST_DURATION + 1, None),
        (-LONGEST_DURATION - 1, None),
        (10**400, None),
        ("nan", None),
        ("1" * 5000, None),
        ("soon", None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_duration(given: object, duration: float | None) -> None:
    """A negative one is kept, it says that clocks differ; what is not credible is unknown."""
    assert transfer(duration=given).duration == duration


def test_a_message_at_the_bound_is_read() -> None:
    """The bound is inclusive; one byte more is refused."""
    body = b'{"client": "alice", "code": 200, "timestamp": 1, "pad": "'
    body += b"x" * (BODY_BYTES - len(body) - 2) + b'"}'

    assert isinstance(parse(body), Transfer)
    assert parse(body + b" ") == Rejected("too large", "more than 65536 bytes")


def test_a_sum_of_post_and_duration_stays_a_time() -> None:
    """Where the sum would be before 1970 or past 9999, it is the time of the post."""
    early = parse(b"19700101000005 http://h/ x 201 node1 alice -10", "v02.report.x")
    late = parse(b"99991231235955 http://h/ x 201 node1 alice 10", "v02.report.x")

    assert isinstance(early, Transfer)
    assert early.event == 5.0
    assert isinstance(late, Transfer)
    assert late.event == 253402300795.0
