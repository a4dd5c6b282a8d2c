"""What is wrong between a broker and us is said by its own reason, and not by what pika guesses."""

import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.exceptions import (
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    StreamLostError,
)

from blinkenlights.broker.address import connection_parameters
from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.broker.refusals import refusal
from blinkenlights.collector.canary import Canary
from blinkenlights.collector.deadletters import DeadLetters, Letter
from blinkenlights.errors import BrokerError
from blinkenlights.transferlog.dayfiles import Position
from blinkenlights.transferlog.mark import Mark
from collector.running import amqp_config
from servers.rabbitmq import Broker
from servers.waiting import wait_until

TEXT = "access to vhost 'v' refused for user 'u': "
LOGIN = "closed the connection when we logged in; are user and password right, and does it run?"
LOST = StreamLostError("Stream connection lost: ConnectionResetError(104, 'reset by peer')")
DOWN = "has stopped this virtual host; see its log, and run: rabbitmqctl restart_vhost"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            (541, f"INTERNAL_ERROR - {TEXT}vhost 'v' is down"),
            DOWN,
        ),
        (
            (530, f"NOT_ALLOWED - {TEXT}connection limit cannot be queried, timeout"),
            "does not know just now how many connections it allows; if that goes on, see its log",
        ),
        (
            (530, "NOT_ALLOWED - access to vhost 'v' refused for user 'it is down'"),
            "does not let this user into the virtual host; give it permissions there",
        ),
    ],
    ids=["down", "limit", "permission"],
)
def test_each_way_to_be_kept_out_has_its_own_sentence(said: tuple[int, str], sentence: str) -> None:
    """Permissions are named where they are missing, and nowhere else."""
    code, text = said
    error = ProbableAccessDeniedError(repr(ConnectionClosedByBroker(code, text)))

    assert str(refusal(error, "host:5672/v")) == (
        f"host:5672/v {sentence} ({text.partition(' - ')[2]})"
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ProbableAccessDeniedError(repr(LOST)), "is lost: the connection broke while it let us in"),
        (
            ProbableAuthenticationError(repr(LOST)),
            LOGIN,
        ),
    ],
    ids=["opening", "login"],
)
def test_a_broker_that_ends_just_then_refuses_nobody(error: Exception, sentence: str) -> None:
    """A connection that broke at that time was not refused, whatever pika makes of it."""
    assert str(refusal(error, "host:5672/v")) == f"host:5672/v {sentence}"


def test_a_virtual_host_that_is_down(rabbitmq: Broker) -> None:
    """A real one: its broker runs, and it does not."""
    name = f'<<"{rabbitmq.vhost}">>'
    rabbitmq.server._control("eval", f"rabbit_vhost_sup_sup:stop_and_delete_vhost({name}).")
    try:
        said = asyncio.run(_failure(connection_parameters(amqp_config(rabbitmq.url), "test")))
    finally:
        rabbitmq.server._control("restart_vhost", "--vhost", rabbitmq.vhost)

    assert said.startswith(f"the broker {DOWN} (access to vhost '{rabbitmq.vhost}' refused")


async def _failure(parameters: pika.ConnectionParameters, *, known: bool = False) -> str:
    with pytest.raises(BrokerError) as raised:
        await BrokerConnection.connect(parameters, "the broker", known=known)
    return str(raised.value)


async def _canary(channel: BrokerChannel, broker: Broker) -> None:
    await Canary(amqp_config(broker.url), "test")._publish(channel)


async def _letters(channel: BrokerChannel, _broker: Broker) -> None:
    letters = DeadLetters("rejected", "the broker")
    letters._channel = channel
    await letters._publish([Letter(b"rubbish", {})])


async def _mark(channel: BrokerChannel, _broker: Broker) -> None:
    await Mark("queue", "the broker").commit(channel, Position("2026-09-21", 0), [1])


async def _speedo(channel: BrokerChannel, _broker: Broker) -> None:
    await Confirmed(channel, "the broker").publish(
        [Message("", "key", b"", pika.BasicProperties())]
    )


@pytest.mark.parametrize("use", [_canary, _letters, _mark, _speedo])
def test_why_a_channel_was_closed_a_moment_before(
    rabbitmq: Broker, use: Callable[[BrokerChannel, Broker], Awaitable[None]]
) -> None:
    """Whoever uses it next says what the broker said when it closed it."""
    parameters = connection_parameters(amqp_config(rabbitmq.url), "test")

    async def attempt() -> str:
        connection = await BrokerConnection.connect(parameters, "the broker")
        channel = await connection.channel()
        channel.raw.basic_publish("theirs", "", b"")
        await channel.lost
        with pytest.raises(BrokerError) as raised:
            await use(channel, rabbitmq)
        await connection.close()
        return str(raised.value)

    expected = f"the broker refuses: NOT_FOUND - no exchange 'theirs' in vhost '{rabbitmq.vhost}'"
    assert asyncio.run(attempt()) == expected


def test_why_a_connection_was_closed_a_moment_before(rabbitmq: Broker) -> None:
    """The same of a connection, on which somebody wants another channel."""
    parameters = connection_parameters(amqp_config(rabbitmq.url), "test")

    async def attempt() -> str:
        connection = await BrokerConnection.connect(parameters, "the broker")
        loop = asyncio.get_running_loop()
        listed = lambda: rabbitmq.close_connections() > 0  # noqa: E731
        await loop.run_in_executor(None, wait_until, listed, "the connection to be closed")
        await connection._closed.wait()
        with pytest.raises(BrokerError) as raised:
            await connection.channel()
        return str(raised.value)

    assert asyncio.run(attempt()).startswith("the broker closed the connection: CONNECTION_FORCED")


@contextmanager
def somebody(*, resets: bool) -> Iterator[int]:
    """Take connections at a port and be silent, or break them when something came."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                taken.append(connection)
                if resets:
                    connection.recv(10)
                    lingers = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingers)
                    connection.close()

        thread = threading.Thread(target=take)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in taken:
        connection.close()


HANGS = "takes the connection, and does not answer in time"
BREAKS = "broke off while we connected: Connection reset by peer"
IS_IT_TLS = "; if that port speaks TLS, write amqps:// in place of amqp://"
IS_IT_PLAIN = "; is it amqp:// in place of amqps://?"


@pytest.mark.parametrize(
    ("resets", "tls", "first", "later"),
    [
        (False, False, HANGS + IS_IT_TLS, HANGS),
        (False, True, HANGS + IS_IT_PLAIN, HANGS),
        (
            True,
            False,
            "does not speak AMQP; is the port right, and is it amqp:// or amqps://?",
            "closed the connection before it said anything",
        ),
        (True, True, BREAKS + IS_IT_PLAIN, BREAKS),
    ],
    ids=["plain-hangs", "tls-hangs", "plain-reset", "tls-reset"],
)
def test_the_scheme_is_asked_for_where_nobody_ever_let_us_in(
    *, resets: bool, tls: bool, first: str, later: str
) -> None:
    """A port that takes connections and does not go on may want TLS, or none."""
    options = pika.SSLOptions(ssl.create_default_context()) if tls else None
    with somebody(resets=resets) as port:
        parameters = pika.ConnectionParameters(
            "127.0.0.1", port, stack_timeout=0.3, socket_timeout=0.3, ssl_options=options
        )
        said = [asyncio.run(_failure(parameters, known=known)) for known in (False, True)]

    assert said == [f"the broker {first}", f"the broker {later}"]
