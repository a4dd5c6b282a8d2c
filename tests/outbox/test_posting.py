"""What goes wrong between us and a service over HTTP, and what is said of it."""

import asyncio
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from alert.conftest import Run
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from servers import endpoints
from servers.certificates import issue
from servers.heard import Request, Service, served
from servers.ports import find_free_port
from servers.waiting import wait_until


class Taker(Service):
    """Takes everything."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Take it."""
        del request
        return web.Response(text="taken")


async def fails(url: str, poster: Poster | None = None, *, is_unsure: bool = False) -> str:
    """Return what is said of a service that does not take what is posted."""
    used = poster or Poster("the webhook", seconds=0.3)
    try:
        with pytest.raises(CannotSayError) as raised:
            await used.post(f"{url}/quite/secret", b"", {})
    finally:
        await used.close()
    assert not raised.value.is_final
    assert raised.value.is_unsure is is_unsure
    return str(raised.value)


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        (endpoints.is_silent, "the webhook at 127.0.0.1 did not answer within 0.3 seconds"),
        (endpoints.drips(b"HTTP/1.1 200 OK\r\nX: "), "the webhook at 127.0.0.1 did not answer"),
        (endpoints.closes, "the webhook at 127.0.0.1 closed the connection without an answer"),
        (endpoints.resets, "the webhook at 127.0.0.1 broke the connection: connection reset"),
        (endpoints.answers(b"nonsense\r\n\r\n"), "what the webhook at 127.0.0.1 answered cannot"),
    ],
)
def test_a_broken_service_is_named_with_its_host(
    run: Run, handler: endpoints.Handler, sentence: str
) -> None:
    """Never with its path, which may be the secret."""

    async def scenario() -> str:
        async with endpoints.serving(handler) as port:
            return await fails(f"http://127.0.0.1:{port}", is_unsure=True)

    assert run(scenario()).startswith(sentence)


def test_nobody_listens(run: Run) -> None:
    """The reason is the system's."""
    sentence = run(fails(f"http://127.0.0.1:{find_free_port()}"))

    assert sentence == "the webhook at 127.0.0.1 cannot be reached: connection refused"


def test_a_name_that_is_not_there(run: Run) -> None:
    """It is said which."""
    sentence = run(fails("http://nobody.invalid", Poster("Slack")))

    assert sentence.startswith("Slack at nobody.invalid cannot be reached: the name nobody.invalid")


def test_names_that_hang_hold_up_no_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve whose name server is away leave the thirteenth its thread."""
    asked = []
    released = threading.Event()
    ask_the_system = socket.getaddrinfo

    def look_up(host: str, *about: Any, **more: Any) -> Any:  # noqa: ANN401
        if host.endswith(".example"):
            asked.append(host)
            released.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "away")
        return ask_the_system(host, *about, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def scenario() -> float:
        async with served(taker := Taker()):
            hanging = [
                asyncio.create_task(fails(f"http://h{number}.example", Poster("x", seconds=5.0)))
                for number in range(12)
            ]
            await asyncio.to_thread(wait_until, lambda: len(asked) == 12, "twelve lookups")
            loop = asyncio.get_running_loop()
            before = loop.time()
            poster = Poster("good")
            await poster.post(taker.url.replace("127.0.0.1", "localhost"), b"", {})
            await poster.close()
            took = loop.time() - before
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
            return took

    try:
        assert run(scenario()) < 1.0
    finally:
        released.set()


def test_servers_are_trusted_by_their_certificate_alone(run: Run, tmp_path: Path) -> None:
    """A private authority is named in the settings; without it nothing is posted."""
    files = issue(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)

    async def scenario() -> tuple[int, str, int]:
        async with served(taker := Taker(), tls):
            refused = await fails(taker.url)
            before = len(taker.requests)
            poster = Poster("the webhook", ca_file=str(files.authority))
            answer = await poster.post(taker.url, b"", {})
            await poster.close()
            return answer.status, refused, before

    status, refused, before = run(scenario())

    assert (status, before) == (200, 0)
    assert refused.startswith("the certificate of 127.0.0.1 is not trusted: unable to get local")


@pytest.mark.parametrize(
    ("text", "sentence"), [(None, "cannot be read: "), ("x", "holds no certificate")]
)
def test_an_authority_that_cannot_be_used_is_named(
    run: Run, tmp_path: Path, text: str | None, sentence: str
) -> None:
    """With its file."""
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)

    assert f"{file} {sentence}" in run(fails("https://127.0.0.1", Poster("x", ca_file=str(file))))


def test_a_proxy_of_the_environment_is_not_used(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one that the settings name is."""
    heard: list[bytes] = []

    async def scenario() -> None:
        async with (
            served(taker := Taker()),
            endpoints.serving(endpoints.answers(endpoints.answer(b"proxied"), heard)) as port,
        ):
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
            direct, proxied = Poster("x"), Poster("x", proxy=f"http://127.0.0.1:{port}")
            assert (await direct.post(taker.url, b"", {})).body == b"taken"
            assert heard == []
            assert (await proxied.post(taker.url, b"", {})).body == b"proxied"
            await direct.close()
            await proxied.close()

    run(scenario())

    assert len(heard) == 1


def test_a_proxy_that_is_away_is_told_from_the_service(run: Run) -> None:
    """Whoever mends it looks there."""
    proxy = f"http://127.0.0.1:{find_free_port()}"

    sentence = run(fails("http://hooks.example.net", Poster("Slack", proxy=proxy)))

    assert sentence.startswith("the proxy in front of Slack at hooks.example.net cannot be reached")
