"""What goes wrong between us and an endpoint, and the sentence that says so."""

import asyncio
import re
import socket
import time

import pytest

from blinkenlights.probe.observation import Trouble
from probe.asking.probing import ask, ask_server
from servers.endpoints import (
    Handler,
    answer,
    answers,
    answers_and_closes,
    bomb,
    closes,
    drips,
    is_silent,
    never_ends,
    resets,
    resets_in_body,
    serving,
)

MANY = "".join(f"X-{number}: y\r\n" for number in range(500)).encode()


@pytest.mark.parametrize(
    ("handler", "trouble", "sentence"),
    [
        pytest.param(
            closes, "reset", "ADDRESS closed the connection without an answer", id="closes"
        ),
        pytest.param(resets, "reset", "ADDRESS reset the connection", id="resets"),
        pytest.param(
            is_silent,
            "timeout",
            "no answer within 0.5s: connected to ADDRESS after TIME, then nothing came",
            id="silent",
        ),
        pytest.param(
            drips(b"HTTP/1.1 200 OK\r\nX-Slow: "),
            "timeout",
            "no answer within 0.5s: connected to ADDRESS after TIME, then a header came that did "
            "not end",
            id="header drips",
        ),
        pytest.param(
            drips(b"HTTP/1.1 200 OK\r\n\r\n"),
            "timeout",
            "no answer within 0.5s: connected to ADDRESS after TIME, then NUMBER bytes of a body "
            "came that did not end",
            id="body drips",
        ),
        pytest.param(
            never_ends,
            "too big",
            "the body of the answer is longer than 65,536 bytes",
            id="endless body",
        ),
        pytest.param(
            answers(answer(b"x" * 65_537)),
            "too big",
            "the body of the answer is longer than 65,536 bytes",
            id="one byte too many",
        ),
        pytest.param(
            answers(answer(b"", "200 OK", "X: " + "y" * 1_000_000)),
            "too big",
            "a line in the header of the answer is longer than 32,768 bytes",
            id="1 MB header",
        ),
        pytest.param(
            answers(b"HTTP/1.1 200 OK\r\n" + MANY + b"\r\n"),
            "too big",
            "the header of the answer has more than 200 lines",
            id="500 headers",
        ),
        pytest.param(
            answers(b"220 mail.example.net ESMTP\r\n\r\n"),
            "protocol",
            "ADDRESS did not answer in HTTP",
            id="no HTTP",
        ),
        pytest.param(
            answers_and_closes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
            "protocol",
            "the body of the answer is shorter than its header says: 5 bytes came",
            id="short body",
        ),
        pytest.param(
            resets_in_body,
            "reset",
            "ADDRESS reset the connection after 5 bytes of the body",
            id="resets in the body",
        ),
        pytest.param(
            answers_and_closes(b"HTTP/1.1 200 OK\r\nConte"),
            "protocol",
            "ADDRESS closed the connection in the header",
            id="short header",
        ),
        pytest.param(
            answers(answer(b"plain", "200 OK", "Content-Encoding: gzip")),
            "protocol",
            "the body of the answer is not packed as its header says",
            id="no gzip",
        ),
    ],
)
def test_a_bad_answer_is_told_in_a_sentence(
    handler: Handler, trouble: Trouble, sentence: str
) -> None:
    """It says what happened, where, and within which limit."""
    seen = asyncio.run(ask_server(handler, timeout=0.5 if trouble == "timeout" else 20.0))

    assert seen.trouble == trouble
    assert _without_figures(seen.sentence) == sentence
    assert seen.status is None


def _without_figures(sentence: str) -> str:
    sentence = re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", sentence)
    sentence = re.sub(r"after [\d.e-]+s", "after TIME", sentence)
    return re.sub(r"then [\d,]+ bytes", "then NUMBER bytes", sentence)


def test_a_body_of_just_the_limit_is_taken() -> None:
    """The limit is a length that is allowed."""
    seen = asyncio.run(ask_server(answers(answer(b"x" * 65_536))))

    assert (seen.sentence, len(seen.body)) == ("", 65_536)


def test_a_bomb_is_not_unpacked() -> None:
    """200 MB would take a good part of a second, in which nobody else is probed."""
    small = bomb(200_000_000)
    began = time.process_time()

    seen = asyncio.run(ask_server(answers(small)))

    assert seen.trouble == "too big"
    assert time.process_time() - began < 0.15


def test_a_server_that_closes_is_asked_once() -> None:
    """Aiohttp would ask again, and hide that every second request fails."""
    asked: list[int] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        await closes(reader, writer)

    asyncio.run(ask_server(handler))

    assert asked == [1]


@pytest.mark.parametrize("scheme", ["http", "https", "tcp", "tls"])
def test_a_refused_connection_is_told(scheme: str) -> None:
    """In the same words for each scheme."""

    async def probe() -> None:
        async with serving(is_silent) as port:
            pass
        seen = await ask(f"{scheme}://127.0.0.1:{port}")
        assert seen.trouble == "refused"
        assert seen.sentence == f"127.0.0.1:{port} refused the connection"
        assert seen.address == ""

    asyncio.run(probe())


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_black_hole_ends_with_the_time(scheme: str) -> None:
    """A full queue of connections drops the next one, as a firewall does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        with socket.socket() as first, socket.socket() as second:
            for waiting in (first, second):
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", port))

            seen = asyncio.run(ask(f"{scheme}://127.0.0.1:{port}", timeout=0.5))

    assert seen.trouble == "timeout"
    assert seen.sentence == (f"no answer within 0.5s: 127.0.0.1:{port} did not take the connection")


def test_a_tcp_connection_is_enough_for_tcp() -> None:
    """Nothing is sent, and nothing expected."""

    async def probe() -> None:
        async with serving(is_silent) as port:
            seen = await ask(f"tcp://127.0.0.1:{port}")
        assert (seen.trouble, seen.sentence, seen.address) == ("", "", f"127.0.0.1:{port}")
        assert seen.phases.connect is not None
        assert (seen.status, seen.phases.tls, seen.phases.first_byte) == (None, None, None)

    asyncio.run(probe())


def test_a_url_that_cannot_be_asked_is_a_mistake_in_the_settings() -> None:
    """It ends one probe, and not the prober."""
    for url in ("http:///path", "tcp://example.net", "http://[::1", "tls://:443"):
        seen = asyncio.run(ask(url))
        assert seen.trouble == "settings", (url, seen.sentence)


def test_secrets_are_in_no_sentence() -> None:
    """Neither as they are, nor as a URL has them."""
    secret = "p/w d"

    async def probe() -> None:
        async with serving(answers(answer(b"", "302 F", f"Location: ftp://x/{secret}"))) as port:
            seen = await ask(f"http://127.0.0.1:{port}/?key={secret}", secrets=(secret,))
        assert seen.trouble == "redirect"
        assert "p/w" not in seen.sentence
        assert "w%20d" not in seen.sentence
        assert "***" in seen.sentence

    asyncio.run(probe())
