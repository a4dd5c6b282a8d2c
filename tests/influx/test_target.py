"""How lines are written to an InfluxDB, and what its answers mean."""

import asyncio
import ssl
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest

from blinkenlights.config import InfluxConfig
from blinkenlights.influx import target as target_module
from blinkenlights.influx.target import NotTakenError, Refused, Target
from servers.certificates import issue
from servers.written_lines import Taker, Written

LINES = [b"load,host=web1 value=%d %d" % (number, number) for number in range(100)]


def write(config: InfluxConfig, lines: Sequence[bytes] = LINES) -> Refused:
    """Return what becomes of lines."""

    async def with_session() -> Refused:
        async with aiohttp.ClientSession() as session:
            return await Target(config, session).write(lines)

    return asyncio.run(with_session())


def second(taker: Taker, token_file: str = "") -> InfluxConfig:
    """Return the configuration for an InfluxDB 2."""
    return InfluxConfig(url=taker.url + "/", org="our site", bucket="b", token_file=token_file)


def first(taker: Taker) -> InfluxConfig:
    """Return the configuration for an InfluxDB 1."""
    return InfluxConfig(url=taker.url, database="metrics")


def test_the_second_version_gets_a_token(taker: Taker, tmp_path: Path) -> None:
    """Organisation, bucket and unit are in the query, the token in a header, lines in the body."""
    token = tmp_path / "token"
    token.write_text("s3cret==\n")

    refused = write(second(taker, str(token)))

    assert refused == Refused(0, "")
    (given,) = taker.written
    assert given.path == "/api/v2/write"
    assert given.query == {"org": ["our site"], "bucket": ["b"], "precision": ["us"]}
    assert given.headers["Authorization"] == "Token s3cret=="
    assert given.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [each.encode() for each in given.lines] == LINES


def test_the_first_version_gets_a_login(taker: Taker, tmp_path: Path) -> None:
    """Database, retention policy and unit are in the query, the login in a header."""
    password = tmp_path / "password"
    password.write_text("geh:eim\n")
    config = InfluxConfig(
        url=taker.url + "/behind/",
        database="metrics",
        retention_policy="a month",
        username="writer",
        password_file=str(password),
    )

    write(config)

    (given,) = taker.written
    assert given.path == "/behind/write"
    assert given.query == {"db": ["metrics"], "rp": ["a month"], "precision": ["u"]}
    assert given.headers["Authorization"] == "Basic d3JpdGVyOmdlaDplaW0="


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b'{"error":"authorization failed"}', "answered 401 authorization failed"),
        (404, b'{"error":"database not found: \\"x\\""}', 'answered 404 database not found: "x"'),
        (
            404,
            b'{"code":"not found","message":"bucket not found"}',
            "answered 404 bucket not found",
        ),
        (429, b"", "answered 429 Too Many Requests"),
        (500, b"oh\nno", "answered 500 oh no"),
        (503, b'{"error":"timeout"}', "answered 503 timeout"),
        (302, b"", "answered 302 Found"),
        (200, b"", ""),
    ],
)
def test_what_may_pass_is_tried_again(taker: Taker, status: int, body: bytes, words: str) -> None:
    """None of it is counted as refused, and what the server says is said."""
    taker.answer = lambda _: (status, body)

    if not words:
        assert write(first(taker)) == Refused(0, "")
        return
    with pytest.raises(NotTakenError) as raised:
        write(first(taker))
    assert str(raised.value) == words


def test_a_partial_write_costs_what_was_dropped(taker: Taker) -> None:
    """The others are there, and are not written again."""
    said = b'{"error":"partial write: field type conflict: input field \\"value\\" dropped=3"}'
    taker.answer = lambda _: (400, said)

    refused = write(first(taker))

    assert refused.number == 3
    assert "field type conflict" in refused.why
    assert len(taker.written) == 1


def test_one_bad_line_costs_no_other(taker: Taker) -> None:
    """Of a request that is refused as a whole the halves are tried, down to the line."""
    taken: list[str] = []

    def answer(given: Written) -> tuple[int, bytes]:
        if any("value=42 " in line for line in given.lines):
            return 400, b'{"message":"unable to parse"}'
        taken.extend(given.lines)
        return 204, b""

    taker.answer = answer

    refused = write(second(taker))

    assert refused == Refused(1, "unable to parse")
    assert [each.encode() for each in taken] == [each for each in LINES if b"value=42 " not in each]


def test_a_server_that_refuses_all_is_not_asked_for_ever(taker: Taker) -> None:
    """All lines are counted, after a bounded number of requests."""
    taker.answer = lambda _: (400, b"no")

    refused = write(second(taker), LINES * 20)

    assert refused == Refused(2000, "no")
    assert len(taker.written) < 100


def test_a_server_that_hangs_is_given_up(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the request is over."""
    monkeypatch.setattr(target_module, "REQUEST_SECONDS", 0.3)
    taker.hangs.set()

    with pytest.raises(NotTakenError, match=r"did not answer within 0\.3 seconds"):
        write(first(taker))


def test_nobody_there_is_said(taker: Taker) -> None:
    """The address is in the words."""
    config = InfluxConfig(url="http://127.0.0.1:1", database="x")

    with pytest.raises(NotTakenError, match=r"127\.0\.0\.1:1"):
        write(config)
    assert taker.written == []


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_certificate_is_checked(tmp_path: Path, is_trusted: bool) -> None:
    """Who vouches for it is a key; a stranger gets nothing, above all no token."""
    files, strangers = issue(tmp_path), tmp_path / "strangers"
    strangers.mkdir()
    taker = Taker()
    server = taker.serve()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    authority = files.authority if is_trusted else issue(strangers).authority
    config = InfluxConfig(
        url=taker.url.replace("http", "https"), database="m", ca_file=str(authority)
    )
    try:
        if is_trusted:
            assert write(config) == Refused(0, "")
        else:
            with pytest.raises(NotTakenError, match="certificate verify failed"):
                write(config)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(taker.written) == int(is_trusted)


def test_nothing_of_it_is_loaded_where_it_is_not_configured() -> None:
    """A collector without an InfluxDB does without the HTTP client."""
    program = "import sys, blinkenlights.commands.collect; sys.exit('aiohttp' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
