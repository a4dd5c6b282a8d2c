"""HTTP servers in the loop of whoever uses them, which note what they are asked, or misbehave."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from ssl import SSLContext
from typing import NamedTuple

from aiohttp import web

from servers.waiting import wait_for_end

Answerer = Callable[["Request"], Awaitable[web.StreamResponse] | web.StreamResponse]


class Request(NamedTuple):
    """What was asked."""

    path: str
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes


class Service:
    """What services have in common: they can be busy, broken, slow, or lose their answer.

    Each holds for the next request.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.url = ""
        self._instead: list[web.Response] = []
        self._loses = False
        self._hangs = False
        self._hangs_after = 0
        self._going_on = asyncio.Event()

    def answers_next(self, status: int, body: str = "", **headers: str) -> None:
        """Answer the next request with this, and do nothing of what it asks."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._instead.append(web.Response(status=status, text=body, headers=named))

    def loses_next_answer(self) -> None:
        """Do what the next request asks, then close the connection without an answer."""
        self._loses = True

    def hangs(self) -> None:
        """Answer nothing from now on."""
        self._hangs = True

    def hangs_after(self, number: int) -> None:
        """Answer so many requests, counted from the first one there was, and then nothing."""
        self._hangs_after = number

    def goes_on(self) -> None:
        """Answer what was left, and all that comes."""
        self._hangs_after = 0
        self._going_on.set()

    async def answer(self, request: Request) -> web.StreamResponse:
        """Return the answer of the service itself."""
        raise NotImplementedError

    async def handle(self, asked: web.BaseRequest) -> web.StreamResponse:
        """Serve one request."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        request = Request(asked.path_qs, headers, await asked.read())
        self.requests.append(request)
        if self._hangs:
            await asyncio.Event().wait()
        if self._hangs_after and len(self.requests) > self._hangs_after:
            await self._going_on.wait()
        if self._instead:
            return self._instead.pop(0)
        answer = await self.answer(request)
        if self._loses:
            self._loses = False
            assert asked.transport is not None
            asked.transport.abort()
        return answer


@contextmanager
def served_in_thread(service: Service) -> Iterator[None]:
    """Serve beside a test that waits for others."""
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def serve() -> None:
        async with served(service):
            ready.set()
            await ending.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(30.0)
        yield
    finally:
        loop.call_soon_threadsafe(ending.set)
        wait_for_end(thread)
        loop.close()


@asynccontextmanager
async def served(service: Service, tls: SSLContext | None = None) -> AsyncIterator[None]:
    """Serve on a port of the loopback, and tell the service its URL."""
    runner = web.ServerRunner(web.Server(service.handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    service.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield
    finally:
        await runner.cleanup()
