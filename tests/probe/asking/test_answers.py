"""What a probe over HTTP brings home."""

import asyncio
import itertools

import pytest

from probe.asking.probing import ask, ask_server, knows
from servers.endpoints import (
    answer,
    answers,
    answers_and_closes,
    continues,
    in_json,
    is_silent,
    serving,
)

OK = in_json({"status": "ok"})


def test_an_answer_comes_with_status_headers_body_and_the_time_of_each_phase() -> None:
    """Nothing went wrong, so there is no sentence."""

    async def probe() -> None:
        async with serving(answers(OK)) as port:
            seen = await ask(f"http://localhost:{port}/health", family="ipv4")
        assert (seen.trouble, seen.sentence, seen.status) == ("", "", 200)
        assert seen.body == b'{"status": "ok"}'
        assert seen.headers["content-type"] == "application/json"
        assert seen.address == f"127.0.0.1:{port}"
        phases = seen.phases
        assert phases.dns is not None
        assert phases.connect is not None
        assert phases.first_byte is not None
        assert phases.tls is None
        assert 0 < phases.dns + phases.connect + phases.first_byte < phases.total

    asyncio.run(probe())


def test_headers_that_come_twice_are_joined() -> None:
    """Their names are in lower case."""
    twice = answer(b"", "200 OK", "X-Node: a", "x-node: b")

    seen = asyncio.run(ask_server(answers(twice)))

    assert seen.headers["x-node"] == "a, b"


def test_method_headers_and_body_are_sent_as_configured() -> None:
    """Also two headers of one name."""
    heard: list[bytes] = []

    async def probe() -> None:
        async with serving(answers(OK, heard)) as port:
            await ask(
                f"http://127.0.0.1:{port}/a%2Fb?q=1",
                method="PUT",
                headers=(("X-One", "1"), ("X-One", "2"), ("User-Agent", "ours")),
                body=b"",
            )

    asyncio.run(probe())

    assert heard[0].startswith(b"PUT /a%2Fb?q=1 HTTP/1.1\r\n")
    assert b"X-One: 1\r\nX-One: 2\r\n" in heard[0]
    assert b"User-Agent: ours\r\n" in heard[0]


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nyes", id="HTTP/1.0, ended by closing"),
        pytest.param(answer(b"yes", "200 OK", "Connection: keep-alive"), id="closes keep-alive"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"yes"), id="100 unasked"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n",
            id="chunked",
        ),
    ],
)
def test_other_manners_of_http_are_understood(whole: bytes) -> None:
    """None of them is a failure."""
    seen = asyncio.run(ask_server(answers_and_closes(whole)))

    assert (seen.sentence, seen.status, seen.body) == ("", 200, b"yes")


def test_a_body_waits_for_100_continue_when_that_is_expected() -> None:
    """And is sent then."""
    heard: list[bytes] = []

    seen = asyncio.run(
        ask_server(
            continues(OK, heard),
            method="POST",
            body=b"hello",
            headers=(("Expect", "100-continue"),),
        )
    )

    assert (seen.sentence, seen.status, heard) == ("", 200, [b"hello"])


def test_bytes_that_are_no_text_are_left_to_the_judge() -> None:
    """A wrong charset is no trouble of the network."""
    wrong = answer(b"\xff\xfe", "200 OK", "Content-Type: application/json; charset=nonsense")

    seen = asyncio.run(ask_server(answers(wrong)))

    assert (seen.trouble, seen.body) == ("", b"\xff\xfe")


def test_an_address_of_ipv6_is_asked() -> None:
    """It stands in brackets."""

    async def probe() -> None:
        async with serving(answers(OK), host="::1") as port:
            seen = await ask(f"http://[::1]:{port}/")
        assert (seen.sentence, seen.status, seen.address) == ("", 200, f"[::1]:{port}")

    asyncio.run(probe())


def test_an_address_of_the_other_family_is_a_mistake_in_the_settings() -> None:
    """No connection is made."""
    seen = asyncio.run(ask("http://127.0.0.1:1/", family="ipv6"))

    assert seen.trouble == "settings"
    assert seen.sentence == "127.0.0.1 is no address of IPv6, which is asked for"


def test_each_probe_makes_a_connection_of_its_own() -> None:
    """Its phases would be those of another otherwise."""
    ports = itertools.count()
    connections: list[int] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(next(ports))
        await answers(OK)(reader, writer)

    async def probe() -> None:
        async with serving(handler) as port:
            for _ in range(3):
                await ask(f"http://127.0.0.1:{port}/")

    asyncio.run(probe())

    assert connections == [0, 1, 2]


def test_a_plain_request_goes_through_the_proxy() -> None:
    """The proxy is told the whole URL, and resolves the name itself."""
    heard: list[bytes] = []

    async def probe() -> None:
        async with serving(answers(OK, heard)) as port:
            seen = await ask(
                "http://www.example.net/health",
                proxy=f"http://user:secret@127.0.0.1:{port}",
                lookup=knows({}),
            )
        assert (seen.sentence, seen.status) == ("", 200)

    asyncio.run(probe())

    assert heard[0].startswith(b"GET http://www.example.net/health HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in heard[0]


def test_a_proxy_that_is_away_is_named_as_such() -> None:
    """It is not the endpoint's fault."""

    async def probe() -> None:
        async with serving(is_silent) as port:
            pass
        seen = await ask("http://www.example.net/", proxy=f"http://127.0.0.1:{port}")
        assert seen.trouble == "proxy"
        assert seen.sentence == f"of the proxy: 127.0.0.1:{port} refused the connection"

    asyncio.run(probe())
