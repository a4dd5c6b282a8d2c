"""Bounds: how often, how much, how slowly, and how many at a time."""

import socket
import time

import pytest

from blinkenlights.web import guard, handling, post_handlers, stream
from blinkenlights.web.permits import PermitBuckets
from servers.simulation import Simulation
from servers.waiting import wait_until
from web.conftest import Serve
from web.reading import streaming
from web.serving import Serving


def test_who_asks_too_often_is_told_when_to_come_again(serve: Serve) -> None:
    """Beyond the rate the answer is 429, for that address only until it has waited."""
    web = serve(rate=1)

    answers = [web.get("/api/v1/status") for _ in range(8)]

    assert [answer.status for answer in answers] == [200] * 5 + [429] * 3
    assert answers[-1].headers["Retry-After"] == "1"
    assert "try again in 1 s" in answers[-1].json["detail"]


def test_each_token_has_a_rate_of_its_own(serve: Serve) -> None:
    """One who asks too often costs nobody else an answer."""
    web = serve(rate=1, anonymous="none")
    busy, calm = web.token("busy"), web.token("calm")

    answers = [web.get("/api/v1/status", busy).status for _ in range(8)]

    assert 429 in answers
    assert web.get("/api/v1/status", calm).status == 200


def test_tokens_cannot_be_guessed_at_any_rate(serve: Serve) -> None:
    """After twenty wrong tokens an address has to wait, but nobody there who has a right one."""
    web = serve(anonymous="none")
    token = web.token("reader")

    answers = [web.get("/api/v1/status", f"guess {n}").status for n in range(21)]

    assert answers == [401] * 20 + [429]
    assert web.get("/api/v1/status", token).status == 200
    assert web.get("/api/v1/status", "guess").status == 429


def test_behind_a_proxy_the_address_is_what_the_proxy_says(serve: Serve) -> None:
    """The last address that no proxy of ours has, whatever a client put before it."""
    web = serve(rate=1, proxies=["127.0.0.0/8"])

    one = [web.get("/health", X_Forwarded_For="9.9.9.9, 10.0.0.1").status for _ in range(8)]
    forged = [web.get("/health", X_Forwarded_For=f"9.9.9.{n}, 10.0.0.1").status for n in range(3)]
    other = web.get("/health", X_Forwarded_For="10.0.0.2").status

    assert 429 in one
    assert forged == [429] * 3
    assert other == 200


def test_without_a_proxy_nobody_gives_himself_an_address(serve: Serve) -> None:
    """X-Forwarded-For of a stranger is not believed."""
    web = serve(rate=1)

    answers = [web.get("/health", X_Forwarded_For=f"9.9.9.{n}").status for n in range(8)]

    assert 429 in answers


def test_a_bucket_is_filled_at_its_rate() -> None:
    """Permits come back with time, up to the burst."""
    rate = PermitBuckets(2, 4)

    taken = [rate.wait("x", 0.0) for _ in range(5)]

    assert taken == [0, 0, 0, 0, 0.5]
    assert rate.wait("x", 0.5) == 0
    assert rate.wait("x", 0.5) == 0.5
    assert [rate.wait("x", 1000.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert rate.wait("y", 0.0) == 0


def talk(web: Serving, data: bytes) -> socket.socket:
    connection = socket.create_connection((web.host, web.port), 20)
    connection.sendall(data)
    return connection


def ended(connection: socket.socket) -> bytes:
    """Return what came until the other side closed."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    connection.close()
    return received


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "]
)
def test_a_request_that_does_not_come_is_not_waited_for(
    web: Serving, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    """A head that takes too long ends the connection, however it was begun."""
    monkeypatch.setattr(guard, "HEAD_SECONDS", 0.2)

    connection = talk(web, begun)

    assert ended(connection) == b""


def test_a_body_that_does_not_come_is_not_waited_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that takes too long is answered, and the connection is free again."""
    monkeypatch.setattr(post_handlers, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(handling, "LINGER_SECONDS", 0.2)
    web = serve(post=True)
    token = web.token("writer", "write")

    connection = talk(
        web,
        b"POST /api/v1/lines HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
        b"Connection: close\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n{",
    )

    assert b"did not come within" in ended(connection)


def test_an_answer_that_is_not_read_does_not_stay(
    simulation: Simulation, web: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks and does not read is cut off; nobody else notices."""
    monkeypatch.setattr(guard, "ANSWER_SECONDS", 0.5)
    more = {f"key{n}": "x" * 100 for n in range(30)}
    simulation.store(*[simulation.heartbeat(f"c{n}", extras=more) for n in range(1000)])
    request = b"GET /api/v1/components?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect((web.host, web.port))
    assert web.server is not None

    stuck.sendall(request * 5)

    wait_until(
        lambda: web.server and web.server.listener.places.open == 0, "the connection to be cut"
    )
    assert web.get("/health").status == 200
    stuck.close()


def test_connections_are_bounded(web: Serving) -> None:
    """Beyond the limit a connection is closed at once, and the others go on."""
    assert web.server is not None
    web.server.listener.places.most = 2
    first, second = talk(web, b""), talk(web, b"")
    wait_until(lambda: web.server and web.server.listener.places.open == 2, "two connections")

    third = talk(web, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert ended(third) == b""
    first.close()
    second.close()
    wait_until(lambda: web.server and web.server.listener.places.open == 0, "them to be closed")
    assert web.get("/health").status == 200


@pytest.mark.parametrize("size", [9000, 100_000])
def test_a_header_that_is_too_long_is_refused(
    web: Serving, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    """Nobody makes the server keep a long header; it may be a token, and is not repeated."""
    head = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * size + b"\r\n\r\n"

    answer = ended(talk(web, head))

    assert b"400 Bad Request" in answer.split(b"\r\n")[0]
    assert b"xxxx" not in answer
    assert "xxxx" not in caplog.text


def test_streams_are_bounded(serve: Serve) -> None:
    """A page too many is told so, and gets the stream when another ends."""
    web = serve(streams=2)
    with streaming(web, "/stream") as first, streaming(web, "/stream") as second:
        assert first.fragment()
        assert second.fragment()

        answer = web.get("/stream")

        assert answer.status == 503
        assert answer.headers["Retry-After"] == "30"

    with streaming(web, "/stream") as third:
        wait_until(lambda: third.response.status in (200, 503), "an answer")


def test_many_connections_at_once_cost_one_snapshot(simulation: Simulation, web: Serving) -> None:
    """Fifty who ask together share what is taken once."""
    simulation.beat("x")
    connections = [web.connect() for _ in range(50)]
    began = time.monotonic()
    for connection in connections:
        connection.request("GET", "/api/v1/status")

    answers = [connection.getresponse() for connection in connections]

    bodies = {answer.read() for answer in answers}
    assert {answer.status for answer in answers} == {200}
    assert len(bodies) <= 1 + (time.monotonic() - began)
    for connection in connections:
        connection.close()


def test_a_stream_that_is_not_read_is_ended(
    simulation: Simulation, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who stops reading frees the place of the stream."""
    monkeypatch.setattr(stream, "WRITE_SECONDS", 0.2)
    monkeypatch.setattr(stream, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(stream, "AGES_SECONDS", 0.0)
    more = {f"key{n}": "x" * 100 for n in range(30)}
    simulation.store(*[simulation.heartbeat(f"c{n}", extras=more) for n in range(200)])
    web = serve()
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect((web.host, web.port))

    stuck.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert web.server is not None
    site = web.server._site
    wait_until(lambda: site.streams.open == 1, "the stream")
    wait_until(lambda: site.streams.open == 0, "its end", seconds=20)
    stuck.close()
