"""Deliveries are read off a connection as pika would read them, and by pika no more."""

import asyncio
import math
import struct
from types import SimpleNamespace
from typing import Any

import pika
import pytest
from pika.channel import Channel
from pika.frame import Body, Header, Heartbeat, Method
from pika.spec import Basic

from blinkenlights.broker.address import parse_broker
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.deliveries import DeliveringConnection, read_delivery
from servers.rabbitmq import Broker

METHOD = Method(3, Basic.Deliver("tag", 7, redelivered=True, exchange="e", routing_key="key.ä"))
PROPERTIES = pika.BasicProperties(content_type="text/plain", headers={"a": 1})
QUEUE = "deliveries"
LARGE = b"l" * 300_000
"""More than a frame may hold."""


def stream(*bodies: bytes, size: int | None = None, channel: int = 3) -> bytes:
    """Return a delivery whose body is in so many frames, on that channel."""
    size = sum(map(len, bodies)) if size is None else size
    frames = [METHOD, Header(3, size, PROPERTIES), *(Body(channel, body) for body in bodies)]
    return b"".join(frame.marshal() for frame in frames)


def test_a_delivery_is_read_as_pika_reads_it() -> None:
    """Everything is as it was sent, and the next frame begins behind it."""
    before, message = Heartbeat().marshal(), stream(b"body")

    delivery = read_delivery(before + message + before, len(before))

    assert delivery is not None
    assert vars(delivery.method) == vars(METHOD.method)
    assert (delivery.channel, delivery.body) == (3, b"body")
    assert (delivery.properties.headers, delivery.properties.content_type) == (
        PROPERTIES.headers,
        PROPERTIES.content_type,
    )
    assert delivery.end == len(before) + len(message)


def test_a_delivery_that_is_cut_off_waits_for_its_end() -> None:
    """Wherever the data ends, nothing is made of it yet."""
    message = stream(b"body")

    for end in range(len(message)):
        with pytest.raises((struct.error, IndexError)):
            read_delivery(message[:end], 0)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Heartbeat().marshal(), id="heartbeat"),
        pytest.param(Method(3, Basic.CancelOk("tag")).marshal(), id="another method"),
        pytest.param(stream(size=0), id="empty body"),
        pytest.param(stream(b"two", b"frames"), id="body in two frames"),
        pytest.param(stream(b"body", channel=4), id="frame of another channel between"),
        pytest.param(stream(b"body")[:-1] + b"\0", id="wrong end"),
    ],
)
def test_anything_else_is_left_to_pika(other: bytes) -> None:
    """What is not a delivery in its usual three frames is not read here, and not waited for."""
    assert read_delivery(other, 0) is None


def test_pika_is_spared_the_usual_delivery_and_gets_all_others(
    rabbitmq: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pika that hands its data on in another way, or takes it in another way, shows here."""
    bodies = [b"small", b"", LARGE, *(b"%d" % number for number in range(2_000))]
    properties = pika.BasicProperties(headers={"sent": "as it came"})
    with rabbitmq.channel() as channel:
        channel.queue_declare(QUEUE)
    rabbitmq.publish("", QUEUE, bodies, properties=properties)
    frames: list[object] = []
    handle = Channel._handle_content_frame  # type: ignore[attr-defined]

    def count(channel: Channel, frame: object) -> None:
        frames.append(frame)
        handle(channel, frame)

    monkeypatch.setattr(Channel, "_handle_content_frame", count)

    received, size = asyncio.run(consume(rabbitmq.url, len(bodies)))

    assert [body for body, _ in received] == bodies
    assert all(each.headers == properties.headers for _, each in received)
    # pika tells by these bytes that the broker is alive.
    assert size > sum(map(len, bodies))
    of_empty, of_large = 2, 2 + math.ceil(len(LARGE) / 131_064)
    assert len(frames) == of_empty + of_large


def test_a_frame_of_which_pika_has_the_beginning_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a connection gets while it opens may end in the middle of a frame."""
    kinds: list[str] = []
    received: list[bytes] = []
    monkeypatch.setattr(
        DeliveringConnection, "_process_frame", lambda _, frame: kinds.append(frame.NAME)
    )
    connection = DeliveringConnection.__new__(DeliveringConnection)
    vars(connection).update(
        connection_state=DeliveringConnection.CONNECTION_START,
        bytes_received=0,
        _frame_buffer=b"",
        _channels={3: SimpleNamespace(_on_deliver=lambda *got: received.append(got[2]))},
    )
    opening, heartbeat = METHOD.marshal(), Heartbeat().marshal()

    connection._proto_data_received(opening + heartbeat[:3])
    connection.connection_state = DeliveringConnection.CONNECTION_OPEN
    connection._proto_data_received(heartbeat[3:])
    connection._proto_data_received(stream(b"body"))

    assert kinds == ["METHOD", "Heartbeat"]
    assert received == [b"body"]
    assert connection.bytes_received == len(opening + heartbeat + stream(b"body"))


async def consume(url: str, messages: int) -> tuple[list[tuple[bytes, Any]], int]:
    """Return so many bodies and properties, and how many bytes came in all by pika's count."""
    parameters: Any = pika.URLParameters(url)
    connection = await BrokerConnection.connect(parameters, str(parse_broker(url)))
    channel = await connection.channel()
    received: list[tuple[bytes, Any]] = []
    done = asyncio.Event()

    def on_message(_: Channel, origin: Basic.Deliver, properties: Any, body: bytes) -> None:  # noqa: ANN401
        received.append((body, properties))
        channel.raw.basic_ack(origin.delivery_tag or 0)
        if len(received) == messages:
            done.set()

    await channel.ask(channel.raw.basic_qos, prefetch_count=100)
    await channel.ask(channel.raw.basic_consume, QUEUE, on_message)
    async with asyncio.timeout(30):
        await done.wait()
    raw: Any = connection._connection
    size: int = raw.bytes_received
    await connection.close()
    return received, size
