"""From messages to what is stored of them; without any server."""

from typing import NamedTuple

import pytest

from blinkenlights.collector.batch import Message, read, samples
from blinkenlights.signals.fact import Heartbeat, Rejected

NOW = 1_000_000.0


class Delivery(NamedTuple):
    """How a message came."""

    exchange: str = "blinkenlights"
    routing_key: str = "heartbeat.x"
    redelivered: bool = False


def parse(body: bytes, routing_key: str) -> Heartbeat | Rejected:
    """Take the body for a name, unless it says what is wrong with it."""
    if body == b"defect":
        raise ZeroDivisionError("division by zero")
    if body.startswith(b"not "):
        return Rejected(body.decode(), "because")
    trimmed = "too many keys" if body == b"chatty" else ""
    return Heartbeat(body.decode(), NOW, 60, routing_key, "{}", "", trimmed)


def messages(*bodies: bytes) -> list[Message]:
    return [(body, Delivery()) for body in bodies]


def test_facts_keep_their_order() -> None:
    """Each comes with when it was received, from where, and whether it had just been sent."""
    batch, refused = read(messages(b"a", b"b"), parse, "5eed5eed", NOW, live=True)

    assert [beat.fact.component for beat in batch.beats] == ["a", "b"]
    assert batch.beats[0][1:] == (NOW, "5eed5eed", True)
    assert batch.beats[0].fact.instance == "heartbeat.x"
    assert refused == []


def test_what_is_given_again_was_not_just_sent() -> None:
    """Another consumer may have held it for long."""
    again = [(b"a", Delivery(redelivered=True)), (b"b", Delivery())]

    batch, _ = read(again, parse, "5eed5eed", NOW, live=True)

    assert [beat.live for beat in batch.beats] == [False, True]


def test_everything_is_counted() -> None:
    """Stored, rejected and trimmed ones, the last two by reason."""
    taken = messages(b"a", b"not x", b"chatty", b"not y", b"not x")

    batch, refused = read(taken, parse, "5eed5eed", NOW, live=False)

    assert batch.counts == {
        "stored:heartbeat": 2,
        "trimmed:too many keys": 1,
        "rejected:not x": 2,
        "rejected:not y": 1,
    }
    assert [each.message for each in refused] == [taken[1], taken[3], taken[4]]


def test_a_defect_costs_one_message() -> None:
    """What the parser raises refuses the message on which it did, and no other."""
    batch, refused = read(messages(b"a", b"defect", b"b"), parse, "5eed5eed", NOW, live=False)

    assert len(batch.beats) == 2
    assert refused[0].why == Rejected("internal error", "ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param(b"plain | text", "plain | text", id="printable"),
        pytest.param(b"\x1b[31m\n\xc3\xa9", "\\x1b[31m\\n\\xc3\\xa9", id="controls-and-bytes"),
        pytest.param(b"\x00" * 9999, ("\\x00" * 128), id="long"),
    ],
)
def test_samples_are_short_and_printable(body: bytes, shown: str) -> None:
    """An operator can look at them in a terminal, whatever was sent."""
    _, refused = read(messages(b"not " + body), str_reason, "5eed5eed", NOW, live=False)

    (sample,) = samples(refused, "queue at host", NOW)

    assert sample.body == ("not " + shown)[:512]
    assert sample.source == "queue at host"
    assert sample.detail == "\\x1b"


def str_reason(_body: bytes, _key: str) -> Rejected:
    return Rejected("rubbish", "\x1b")


def test_only_the_last_samples_are_kept() -> None:
    """A flood of rubbish does not become a flood of samples."""
    bodies = [f"not {number}".encode() for number in range(1000)]
    _, refused = read(messages(*bodies), parse, "5eed5eed", NOW, live=False)

    kept = samples(refused, "queue at host", NOW)

    assert [sample.body for sample in kept] == [f"not {number}" for number in range(980, 1000)]
