"""The servers of the tests do what tests rely on."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until


def test_a_store_is_empty_for_each_test(valkey: Valkey) -> None:
    """A store that a test stopped and filled is empty and running for the next one."""
    valkey.client().set("key", "value")
    valkey.stop()

    valkey.empty()

    assert valkey.client().keys() == []


def test_a_store_of_ones_own_takes_settings(own_valkey: Callable[..., Valkey]) -> None:
    """Settings such as a password are those of the server, and the helper's client knows it."""
    server = own_valkey({"requirepass": "secret"})

    assert server.client().ping()
    with redis.Redis.from_url(server.url) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_store_serves_tls(own_valkey: Callable[..., Valkey]) -> None:
    """With TLS, a client that trusts the authority gets through."""
    server = own_valkey(tls=True)

    assert server.certificates is not None
    with redis.Redis.from_url(
        server.tls_url, ssl_ca_certs=str(server.certificates.authority)
    ) as client:
        assert client.ping()


def test_a_store_that_keeps_a_file_survives_a_restart(own_valkey: Callable[..., Valkey]) -> None:
    """An append-only store has its keys after a restart, under another process id."""
    server = own_valkey({"appendonly": "yes"})
    server.client().set("key", "value")
    before = server.pid

    server.restart()

    assert server.client().get("key") == "value"
    assert server.pid != before


def test_a_broker_counts_what_a_consumer_holds(rabbitmq: Broker) -> None:
    """`depth` counts ready messages, `unfinished` those in a consumer's hands as well."""
    with rabbitmq.channel() as channel:
        channel.queue_declare("work", durable=True)
        rabbitmq.publish("", "work", [b"one", b"two"], confirm=True)
        channel.basic_get("work")

        assert rabbitmq.depth("work") == 1
        wait_until(lambda: rabbitmq.unfinished("work") == 2, "both messages to be counted")


def test_a_broker_closes_connections(rabbitmq: Broker) -> None:
    """A connection that the broker closes is gone for the client."""
    with rabbitmq.channel() as channel:
        wait_until(rabbitmq.close_connections, "the connection to be listed")

        with pytest.raises(Exception, match="CONNECTION_FORCED"):
            channel.queue_declare("work")


@pytest.fixture
def proxy(valkey: Valkey, faulty_proxy: Callable[[int], FaultyProxy]) -> FaultyProxy:
    return faulty_proxy(valkey.port)


def ask(proxy: FaultyProxy) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(100)


def test_a_proxy_is_faithful_until_told_otherwise(proxy: FaultyProxy) -> None:
    """Without a fault, what goes in comes out."""
    assert ask(proxy) == b"+PONG\r\n"


def test_a_proxy_answers_rubbish(proxy: FaultyProxy) -> None:
    """With `answer`, the client gets the rubbish and nothing of the server."""
    proxy.answer(b"HTTP/1.1 400\r\n")

    assert ask(proxy) == b"HTTP/1.1 400\r\n"


def test_a_proxy_hangs(proxy: FaultyProxy) -> None:
    """With `hang`, the connection opens and no answer comes."""
    proxy.hang()

    with pytest.raises(TimeoutError):
        ask(proxy)


def test_a_proxy_refuses_and_heals(proxy: FaultyProxy) -> None:
    """With `refuse` the port is closed; after `heal` the same port serves again."""
    proxy.refuse()

    with pytest.raises(ConnectionRefusedError):
        ask(proxy)

    proxy.heal()

    assert ask(proxy) == b"+PONG\r\n"


def test_a_proxy_cuts(proxy: FaultyProxy) -> None:
    """With `cut`, an open connection breaks."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        connection.recv(100)

        proxy.cut()

        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_nothing_runs_as_root_that_need_not(rabbitmq: Broker) -> None:
    """The broker never runs as root."""
    owner = Path(f"/proc/{rabbitmq.pid}").owner()

    assert owner != "root"
