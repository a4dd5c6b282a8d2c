"""Endpoints and outputs that mean us ill."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from alert.conftest import Run
from blinkenlights.posting.addresses import address_of
from blinkenlights.probe.files.read import read_endpoints
from posting.stage import FILE, NAME, NOON, Stage, Taker, stands
from servers import endpoints
from servers.heard import served
from servers.valkey import Valkey

MEGABYTE = b"[" * 1_000_000


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


async def _drowns(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer without an end, nested ever deeper."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n\r\n")
    while True:
        writer.write(MEGABYTE)
        await writer.drain()


async def _never_ends_its_headers(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send headers without an end."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 202 Accepted\r\n")
    while True:
        writer.write(b"".join(b"X-%d: %s\r\n" % (number, b"y" * 900) for number in range(1000)))
        await writer.drain()


def memory() -> int:
    """Return the bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_an_answer_without_an_end_is_read_no_further_than_needed(stage: Stage, run: Run) -> None:
    """It is taken: the status says so."""

    async def scenario() -> None:
        async with endpoints.serving(_drowns) as port:
            stage.reads(FILE, f"http://127.0.0.1:{port}")
            async with stage.posting() as posting:
                stage.put(posting, *(stage.result(each) for each in range(5)))
                await stage.until(lambda: stage.count("sent") == 5)

    before = memory()
    run(scenario())
    assert memory() - before < 64_000_000


def test_headers_without_an_end_are_not_read(stage: Stage, run: Run) -> None:
    """Nor kept."""

    async def scenario() -> str:
        async with endpoints.serving(_never_ends_its_headers) as port:
            stage.reads(FILE, f"http://127.0.0.1:{port}")
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(stage.failing)
        return stage.failing()

    before = memory()
    why = run(scenario())
    assert "127.0.0.1" in why
    assert memory() - before < 64_000_000


def test_the_path_of_a_url_is_in_no_report_and_nowhere_in_the_store(stage: Stage, run: Run) -> None:
    """It may be the key, as of hooks of chats, and everybody sees checks and pages."""
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> tuple[str, str]:
        async with stage.posting_to(taker, FILE.replace("URL/in", "URL/T0/sesame?k=v")) as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stands(posting).failing)
            return repr(stands(posting)), stage.stored()

    told, stored = run(scenario())
    assert f"to='{taker.url}'" in told
    assert "sesame" not in told + stored


def test_a_secret_in_a_host_is_in_no_report_and_nowhere_in_the_store(
    stage: Stage, run: Run
) -> None:
    """Nor in what is said of an error."""
    text = FILE.replace("URL/in", "http://${TOKEN}.invalid/in")

    async def scenario() -> tuple[str, str]:
        stage.reads(text, "", {"TOKEN": "sesame"})
        async with stage.posting() as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stands(posting).failing)
            return repr(stands(posting)), stage.stored()

    told, stored = run(scenario())
    assert "to='http://***.invalid'" in told
    assert "the output at ***.invalid cannot be reached" in told
    assert "sesame" not in told + stored


def test_urls_from_the_environment_are_told_apart_by_their_hosts() -> None:
    """Else all of them would be one host, and one that hangs would hold up all others."""
    addresses = set()
    for host in ("a.example.net", "b.example.net"):
        for url in (f"https://{host}/in", f"https://{host}"):
            text = FILE.replace("URL/in", "${WHERE}")
            (found,) = read_endpoints(text.encode(), "a.yml", {"WHERE": url}, NOON).endpoints
            addresses.add(address_of(found.outputs[0], NAME))

    assert len(addresses) == 4
    assert not [each for each in addresses if "https" in each]


def test_a_captured_value_names_no_header_and_no_url(stage: Stage, run: Run) -> None:
    """Templates are for bodies alone; a value that looks like a header is data."""
    hostile = "x\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1"
    taker = Taker()
    text = FILE.replace("URL/in", "'URL/in?v={status}'")

    async def scenario() -> None:
        async with stage.posting_to(taker, text) as posting:
            stage.put(posting, stage.result(status=hostile))
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    (request,) = taker.requests
    assert request.path == "/in?v=%7Bstatus%7D"
    assert "x-evil" not in request.headers
    assert taker.bodies[0]["text"] == f"{hostile} of 7"


def test_half_a_character_is_counted_and_stops_nothing(stage: Stage, run: Run) -> None:
    """It is no text, so it can neither be stored nor posted."""
    taker = Taker()

    async def scenario() -> int:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result(status="\ud800"), stage.result(1))
            await stage.until(lambda: stage.count("sent") == 1)
            return stands(posting).dropped

    assert run(scenario()) == 1


def test_a_secret_of_another_endpoint_is_put_in_for_nobody(stage: Stage, run: Run) -> None:
    """An answer that names a variable, a file or a place is posted as the letters it has."""
    taker = Taker()
    hostile = "${TOKEN} ${file:/etc/hostname} {prober} {{prober}} {labels.team}"
    other = FILE.replace(NAME, "b/c") + "  post_api_key: {bearer: '${TOKEN}'}\n"

    async def scenario() -> None:
        async with served(taker):
            stage.reads(FILE + other, taker.url, {"TOKEN": "sesame"})
            async with stage.posting() as posting:
                stage.put(posting, stage.result(status=hostile))
                await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    body: Any = taker.bodies[0]
    assert body["text"] == f"{hostile} of 7"
    assert "authorization" not in taker.requests[0].headers
