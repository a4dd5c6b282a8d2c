"""`route` on a real broker: unchanged copies for each source, and nobody pays for others."""

import logging
import struct
from collections.abc import Iterable
from typing import Any

import pika
import pytest

from blinkenlights.broker.field_table import contents, fields
from blinkenlights.transferlog import misses
from blinkenlights.transferlog.route import Route
from broker.written import Written, field, table
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.conftest import Start
from transferlog.reports import EXCHANGE, TOPIC, body, declare, log_at, properties, publish

ROUTED = "routed"


def route(broker: Broker, *, create: bool = False) -> Route:
    return Route(log_at(broker, ROUTED), "log_{source}", create=create)


@pytest.fixture
def sourced(rabbitmq: Broker) -> Broker:
    """Give a broker on which two sources have exchanges, each with a queue that gets everything."""
    declare(rabbitmq, ROUTED)
    for source in ("metpx", "navcan"):
        declare(rabbitmq, f"of {source}", f"log_{source}")
    return rabbitmq


def arrived(broker: Broker, source: str, count: int) -> list[bytes]:
    """Wait for so many copies, and return all."""
    wait_until(lambda: (broker.depth(f"of {source}") or 0) >= count, f"{count} for {source}")
    return broker.fetch(f"of {source}")


def test_each_source_gets_its_own(sourced: Broker, start: Start) -> None:
    """Copies arrive in the order of the messages, and nothing of anybody else."""
    publish(sourced, range(0, 500, 2), "metpx")
    publish(sourced, range(1, 500, 2), "navcan")

    start(route(sourced))

    assert arrived(sourced, "metpx", 250) == [body(number) for number in range(0, 500, 2)]
    assert arrived(sourced, "navcan", 250) == [body(number) for number in range(1, 500, 2)]
    wait_until(lambda: sourced.unfinished(ROUTED) == 0, "everything to be acknowledged")


HEADERS = table(
    field(b"source", b"S", b"\0\0\0\x05metpx"),
    field(b"not-utf-8", b"S", b"\0\0\0\x02\xff\xfe"),
    field(b"byte", b"b", b"\xff"),
    field(b"short", b"s", b"\0\x07"),
    field(b"float", b"f", struct.pack(">f", 0.1)),
    field(b"double", b"d", struct.pack(">d", 0.1)),
    field(b"decimal", b"D", b"\x02\0\0\0\x05"),
    field(b"year-60000", b"T", struct.pack(">Q", 1_831_000_000_000)),
    field(b"raw", b"x", b"\0\0\0\x02\xff\0"),
    field(b"none", b"V", b""),
    field(b"table", b"F", table(field(b"b", b"t", b"\1"), field(b"a", b"l", b"\xff" * 8))),
)


def in_order(encoded: bytes) -> bytes:
    """Return properties with their headers in one order: RabbitMQ 4 sorts them."""
    start, end = contents(encoded, 2)
    found = sorted(encoded[each.start : each.end] for each in fields(encoded, start, end))
    return encoded[:start] + b"".join(found) + encoded[end:]


def test_copies_are_unchanged(sourced: Broker, start: Start) -> None:
    """Body, topic and properties are the same, byte by byte, whatever pika makes of them."""
    flags = Written.FLAG_HEADERS | Written.FLAG_DELIVERY_MODE | Written.FLAG_TYPE
    given = Written(struct.pack(">H", flags), HEADERS, b"\x02", b"\x03abc")
    content, topic = '{"source": "metpx", "Ü": 1}\r\n '.encode(), "v03.obs.Montréal été"
    declare(sourced, "original")
    sourced.publish(EXCHANGE, topic, [content], properties=given)

    start(route(sourced))

    wait_until(lambda: sourced.depth("of metpx"), "the copy")
    with sourced.channel() as channel:
        first, original, sent = channel.basic_get("original")
        second, copied, received = channel.basic_get("of metpx")
    assert first is not None
    assert second is not None
    assert (second.exchange, second.routing_key) == ("log_metpx", first.routing_key)
    assert received == sent == content
    assert copied is not None
    assert original is not None
    assert copied.encode() == original.encode()
    assert in_order(b"".join(copied.encode())) == in_order(b"".join(given.encode()))


def test_what_a_queue_notes_is_not_copied(sourced: Broker, start: Start) -> None:
    """A quorum queue counts deliveries in a header, which is not part of the message."""
    with sourced.channel() as channel:
        channel.queue_delete(ROUTED)
    declare(sourced, ROUTED, **{"x-queue-type": "quorum"})
    publish(sourced, [1])
    with sourced.channel() as channel:
        wait_until(lambda: channel.basic_get(ROUTED)[0], "the first delivery")

    start(route(sourced))

    wait_until(lambda: sourced.depth("of metpx"), "the copy")
    with sourced.channel() as channel:
        _, copied, content = channel.basic_get("of metpx")
    assert copied is not None
    assert (copied.headers, copied.content_type) == (properties().headers, "text/plain")
    assert content == body(1)


@pytest.mark.parametrize(
    ("content", "headers", "source"),
    [
        pytest.param(body(1), {"source": "metpx"}, "metpx", id="header"),
        pytest.param(b'{"source": "metpx", "client": "x", "code": 1}', {}, "metpx", id="body"),
        pytest.param(b"rubbish", {"source": "metpx"}, "metpx", id="not-in-order"),
        pytest.param(b"20160328 http://x/ y", {"source": "metpx"}, "metpx", id="post"),
        pytest.param(body(1), {}, None, id="none"),
        pytest.param(body(1), {"source": "-"}, None, id="unnamed"),
        pytest.param(body(1), {"source": "me\x1btpx"}, None, id="not-printable"),
        pytest.param(body(1), {"source": 5}, None, id="number"),
        pytest.param(b"\xff\xfe", {}, None, id="rubbish"),
    ],
)
def test_whose_a_message_is(
    content: bytes, headers: dict[str, Any], source: str | None, sourced: Broker, start: Start
) -> None:
    """The source is in a header or in the body; what does not say is counted and not copied."""
    key = "report" if content.startswith(b"{") else TOPIC
    given = pika.BasicProperties(delivery_mode=2, headers=headers)
    sourced.publish(EXCHANGE, key, [content], properties=given)
    router = route(sourced)

    start(router)

    wait_until(lambda: sourced.depth(ROUTED) == 0, "it to be taken")
    publish(sourced, [7])
    expected = [content, body(7)] if source else [body(7)]
    assert arrived(sourced, "metpx", len(expected)) == expected
    assert router.misses.total == (0 if source else 1)


def test_a_speedo_is_not_copied(sourced: Broker, start: Start) -> None:
    """Whoever makes speedos sends them to each source himself."""
    sourced.publish(EXCHANGE, "v01.speedo.source.metpx", [b"x"], properties=properties("metpx"))

    router = route(sourced)
    start(router)

    publish(sourced, [1])
    assert arrived(sourced, "metpx", 1) == [body(1)]
    assert router.misses.total == 0


def test_what_is_not_copied_is_said_once_a_minute(
    sourced: Broker,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line has the numbers by reason, and comes again only when there are others."""
    monkeypatch.setattr(misses, "EVERY_SECONDS", 0.5)
    caplog.set_level(logging.WARNING, "blinkenlights.route")
    for source, count in ((None, 3), ("nobody", 5)):
        sourced.publish(EXCHANGE, TOPIC, [b"x"] * count, properties=properties(source))

    running = start(route(sourced))
    wait_until(lambda: caplog.messages, "a line in the log")
    running.stop()

    assert caplog.messages == [
        "not copied: 5 for log_nobody: there is no such exchange; 3 without a source"
    ]


def test_an_exchange_can_be_made_where_there_is_none(sourced: Broker, start: Start) -> None:
    """With `create` a new source has its exchange with its first message."""
    start(route(sourced, create=True))
    publish(sourced, [1], "newcomer")

    def is_there() -> bool:
        with sourced.channel() as channel:
            try:
                channel.exchange_declare("log_newcomer", "topic", passive=True)
            except pika.exceptions.ChannelClosedByBroker:
                return False
            return True

    wait_until(is_there, "the exchange")


def as_administrator(broker: Broker, numbers: Iterable[int], source: str) -> None:
    """Publish as somebody whose rights no test changes."""
    path = f"/permissions/{broker.vhost}/admin"
    broker.server.api("PUT", path, {"configure": ".*", "write": ".*", "read": ".*"})
    url = broker.url.replace(f"{broker.vhost}:secret", "admin:admin")
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        for number in numbers:
            channel.basic_publish(EXCHANGE, TOPIC, body(number), properties(source))


def test_an_exchange_that_goes_stops_nobody_else(sourced: Broker, start: Start) -> None:
    """An exchange that is deleted while copies are on their way costs no other source a message."""
    declare(sourced, "of bad", "log_bad")
    router = route(sourced)
    start(router)
    publish(sourced, [1], "bad")
    assert arrived(sourced, "bad", 1) == [body(1)]

    with sourced.channel() as channel:
        channel.exchange_delete("log_bad")
    for number in range(0, 1000, 10):
        publish(sourced, range(number, number + 9), "metpx")
        publish(sourced, [number + 9], "bad")

    wanted = [body(number) for number in range(1000) if number % 10 != 9]
    assert list(dict.fromkeys(arrived(sourced, "metpx", len(wanted)))) == wanted
    wait_until(lambda: router.misses.total == 100, "all that was for it to be counted")


@pytest.mark.parametrize(
    ("kind", "rights"),
    [
        ("permissions", {"configure": ".*", "write": "^(log|log_metpx|routed)$", "read": ".*"}),
        ("topic-permissions", {"exchange": "log_bad", "write": "^other$", "read": ".*"}),
    ],
)
def test_an_exchange_that_is_forbidden_stops_nobody_else(
    kind: str, rights: dict[str, str], sourced: Broker, start: Start
) -> None:
    """An exchange or a topic that we may not write to costs no other source a message."""
    declare(sourced, "of bad", "log_bad")
    name = sourced.vhost
    sourced.server.api("PUT", f"/{kind}/{name}/{name}", rights)
    for number in range(0, 1000, 10):
        as_administrator(sourced, range(number, number + 9), "metpx")
        as_administrator(sourced, [number + 9], "bad")
    router = route(sourced)

    start(router)

    wanted = [body(number) for number in range(1000) if number % 10 != 9]
    assert list(dict.fromkeys(arrived(sourced, "metpx", len(wanted)))) == wanted
    wait_until(lambda: router.misses.total == 100, "all that was for it to be counted")


def test_a_full_queue_stops_nobody_else(sourced: Broker, start: Start) -> None:
    """A queue that refuses messages costs its own source copies."""
    limits = {"x-max-length": 10, "x-overflow": "reject-publish"}
    declare(sourced, "of full", "log_full", **limits)
    router = route(sourced)
    start(router)

    for _ in range(10):
        publish(sourced, range(10), "full")
        publish(sourced, range(10), "metpx")

    assert len(arrived(sourced, "metpx", 100)) == 100
    wait_until(lambda: sourced.unfinished(ROUTED) == 0, "everything to be acknowledged")
    taken = sourced.depth("of full")
    assert taken is not None
    assert taken + router.misses.total == 100


def test_a_user_that_we_are_not(
    sourced: Broker, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """A message with the name of its publisher is copied without it where we may not say so."""
    publisher = sourced.add_user(f"{sourced.vhost}-client", "secret")
    with pika.BlockingConnection(pika.URLParameters(publisher)) as connection:
        for number in range(20):
            given = properties("metpx")
            given.user_id = f"{sourced.vhost}-client" if number % 2 else None
            connection.channel().basic_publish(EXCHANGE, TOPIC, body(number), given)

    start(route(sourced))

    wait_until(lambda: sourced.unfinished(ROUTED) == 0, "everything to be acknowledged")
    found = arrived(sourced, "metpx", 20)
    assert list(dict.fromkeys(found)) == [body(number) for number in range(20)]
    assert "impersonator" in caplog.text
