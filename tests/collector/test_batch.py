"""From messages to what is stored of them; without any server."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.collector.batch import Message, Reading, read, samples
from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.live_source import FROM_SOCKET
from blinkenlights.config import Config
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.heartbeat.write import HeartbeatRow, HeartbeatRows
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.write import MachineRows
from blinkenlights.kinds.signal import Arrival, Decode, Properties
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.write import TransferRows
from blinkenlights.store.batch import Batch

NOW = 1_000_000.0


class Delivery(NamedTuple):
    """How a message came."""

    exchange: str = "blinkenlights"
    routing_key: str = "heartbeat.x"
    redelivered: bool = False


def parse(
    body: bytes,
    routing_key: str,
    _properties: Properties | None,
    _receipt: float | None,
    _exchange: str,
) -> Heartbeat | Rejected:
    """Take the body for a name, unless it says what is wrong with it."""
    if body == b"defect":
        raise ZeroDivisionError("division by zero")
    if body.startswith(b"not "):
        return Rejected(body.decode(), "because")
    trimmed = "too many keys" if body == b"chatty" else ""
    return Heartbeat(body.decode(), NOW, 60, routing_key, "{}", "", trimmed)


def messages(*bodies: bytes) -> list[Message]:
    return [(body, Delivery(), None) for body in bodies]


def read_all(taken: Sequence[Message], by: Decode = parse, *, live: bool = False) -> Reading:
    return read(taken, by, Arrival("5eed5eed", NOW, live, "session", 1))


def heartbeats(batch: Batch) -> list[HeartbeatRow]:
    [rows] = batch.rows
    assert isinstance(rows, HeartbeatRows)
    return rows.rows


def test_facts_keep_their_order() -> None:
    """Each comes with when it was received, from where, and whether it had just been sent."""
    batch, refused, events, *_ = read_all(messages(b"a", b"b"), live=True)

    assert [row[0] for row in heartbeats(batch)] == ["a", "b"]
    assert heartbeats(batch)[0][3] == "heartbeat.x"
    assert heartbeats(batch)[0][6:] == (NOW, "5eed5eed", True)
    assert refused == []
    assert events == [NOW, NOW]


def test_what_is_given_again_was_not_just_sent() -> None:
    """Another consumer may have held it for long."""
    again = [(b"a", Delivery(redelivered=True), None), (b"b", Delivery(), None)]

    batch, _, _, *_ = read_all(again, live=True)

    assert [row[8] for row in heartbeats(batch)] == [False, True]


def test_everything_is_counted() -> None:
    """Stored, rejected and trimmed ones, the last two by reason."""
    taken = messages(b"a", b"not x", b"chatty", b"not y", b"not x")

    batch, refused, _, *_ = read_all(taken)

    assert batch.counts == {
        "stored:heartbeat": 2,
        "trimmed:too many keys": 1,
        "rejected:not x": 2,
        "rejected:not y": 1,
    }
    assert [each.message for each in refused] == [taken[1], taken[3], taken[4]]


def test_a_defect_costs_one_message() -> None:
    """What the parser raises refuses the message on which it did, and no other."""
    batch, refused, _, *_ = read_all(messages(b"a", b"defect", b"b"))

    assert len(heartbeats(batch)) == 2
    assert refused[0].why == Rejected("internal error", "ZeroDivisionError: division by zero")


class Stranger(NamedTuple):
    """A fact that is no signal's."""

    event: float


def test_a_fact_that_no_signal_has_costs_one_message() -> None:
    """It is a defect of our own like any other."""
    batch, refused, events, *_ = read_all(messages(b"a"), lambda *_: Stranger(NOW))

    assert refused[0].why == Rejected(
        "internal error", "TypeError: Stranger is a fact of no signal"
    )
    assert (batch.rows, events) == ([], [])
    assert batch.counts == {"rejected:internal error": 1}


def test_transfers_are_counted_and_not_listed() -> None:
    """Those that are over by their ids, those that began as they are; skipped ones by reason."""
    over = Transfer(NOW, "metpx", "alice", 201, 1, None, "", "", "")
    began = Started(NOW, "metpx", "alice", "node", "id", "")
    facts: dict[bytes, Transfer | Started | Skipped] = {
        b"over": over,
        b"began": began,
        b"other": Skipped("of no concern"),
    }
    taken = [*messages(b"over", b"began", b"other"), (b"over", Delivery(redelivered=True), None)]

    batch, refused, _, *_ = read_all(taken, lambda body, *_: facts[body])

    assert refused == []
    assert batch.counts == {"stored:transfer": 3, "skipped:of no concern": 1}
    [rows] = batch.rows
    assert isinstance(rows, TransferRows)
    [call] = rows.calls(NOW)
    assert call.arguments[1:] == ("session", 1, f"{NOW:.3f}", 0, str(CLOCK_TOLERANCE))
    first, second = rows.deliveries
    assert (first.again, second.again) == (False, True)
    assert first.id == second.id
    assert rows.started == [began]


@pytest.mark.parametrize(
    ("live", "redelivered", "event"),
    [
        pytest.param(True, False, NOW, id="just-sent"),
        pytest.param(False, False, NOW - 3600, id="waited"),
        pytest.param(True, True, NOW - 3600, id="given-again"),
    ],
)
def test_what_has_no_time_is_of_now(live: bool, redelivered: bool, event: float) -> None:
    """But only when it was sent just now; else of the time that it surely is later than."""
    told = MachineEvent(
        NOW - 3600, "mdc1:a", "p/w", is_alive=True, what="artifact", is_undated=True
    )
    facts = {b"undated": told, b"dated": told._replace(is_undated=False)}
    taken: list[Message] = [
        (body, Delivery(redelivered=redelivered), None) for body in (b"undated", b"dated")
    ]

    batch, _, _, *_ = read_all(taken, lambda body, *_: facts[body], live=live)

    [rows] = batch.rows
    assert isinstance(rows, MachineRows)
    assert [row[0] for row in rows.rows] == [event, NOW - 3600]
    assert {row[8:] for row in rows.rows} == {(NOW, "5eed5eed")}
    assert batch.counts == {"stored:machine": 2}


def test_the_parser_is_told_the_exchange() -> None:
    """Of a worker manager's message only the exchange says what happened."""
    taken: list[Message] = [(b"", Delivery(exchange="v1/worker-running"), None)]

    _, refused, _, *_ = read_all(taken, lambda *given: Rejected(given[4], ""))

    assert refused[0].why.reason == "v1/worker-running"


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
    _, refused, _, *_ = read_all(messages(b"not " + body), str_reason)

    (sample,) = samples(refused, "queue at host", NOW)

    assert sample.body == ("not " + shown)[:512]
    assert sample.source == "queue at host"
    assert sample.detail == "\\x1b"


def str_reason(*_: object) -> Rejected:
    return Rejected("rubbish", "\x1b")


def test_what_is_said_of_a_sample_is_escaped_once() -> None:
    """What it quotes has its escapes already, such as those of bytes that are not UTF-8."""
    detail = r"'20\xe9' is no time of Montréal"
    refused = read_all(messages(b"x"), lambda *_: Rejected("bad", detail)).refused

    (sample,) = samples(refused, "test", 0.0)

    assert sample.detail == r"'20\xe9' is no time of Montr\xe9al"


def test_only_the_last_samples_are_kept() -> None:
    """A flood of rubbish does not become a flood of samples."""
    bodies = [f"not {number}".encode() for number in range(1000)]
    _, refused, _, *_ = read_all(messages(*bodies))

    kept = samples(refused, "queue at host", NOW)

    assert [sample.body for sample in kept] == [f"not {number}" for number in range(980, 1000)]


def test_each_part_of_a_message_is_counted_by_itself() -> None:
    """What is skipped or refused of it costs the others nothing, and is sampled alone."""
    body = b"hits:1|c\n_e{5,4}:title|text\nbad\nload:2|g"
    decode = decoding(Config()).formats["metric", "statsd"]
    arrival = Arrival("5eed5eed", NOW, live=True, session="s", number=1)

    reading = read([(body, FROM_SOCKET, None)], decode, arrival, is_now=True)

    assert reading.facts == 2
    assert reading.batch.counts == {
        "stored:metric": 2,
        "skipped:not a metric": 1,
        "rejected:not statsd": 1,
    }
    assert [each.message[0] for each in reading.refused] == [b"bad"]
