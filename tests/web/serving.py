"""A web server at work in a thread, on a free port, and what it answers."""

import asyncio
import http.client
import json
import ssl
import threading
from pathlib import Path
from typing import Any, NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import AlertConfig, CollectorConfig, Config, StoreConfig, WebConfig
from blinkenlights.config.links import LinksConfig
from blinkenlights.web.post_source import AwaitedPostSource
from blinkenlights.web.server import WebServer
from blinkenlights.web.tokens import Scope, TokenFile
from servers.ports import find_free_port
from servers.waiting import wait_for_end

SECONDS = 20


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it holds
        """The body as JSON."""
        return json.loads(self.body)


class Serving:
    """A server until `stop`, at the time of `clock`; tokens are in a file in `folder`."""

    def __init__(
        self,
        store: str,
        folder: Path,
        clock: Clock,
        *,
        host: str = "127.0.0.1",
        links: dict[str, str] | None = None,
        links_secret_file: str = "",
        **settings: Any,  # noqa: ANN401 - keys of [web]
    ) -> None:
        self.host = host
        self.port = find_free_port()
        self.tokens = TokenFile(str(folder / "web.tokens"))
        self.config = Config(
            store=StoreConfig(url=store),
            collector=CollectorConfig(name="web"),
            web=WebConfig(
                listen=f"{host}:{self.port}", tokens_file=str(folder / "web.tokens"), **settings
            ),
            links=LinksConfig(**links or {}),
            alert=AlertConfig(links_secret_file=links_secret_file),
        )
        self._clock = clock
        self._tls: ssl.SSLContext | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self.server: WebServer | None = None
        self.collector: Collector | None = None

    def start(self) -> None:
        """Start it, and wait until it listens; raises what it failed with."""
        self._thread.start()
        self._ready.wait(SECONDS)
        self._raise()

    def trust(self, authority: Path) -> None:
        """Ask with TLS, believing this authority."""
        self._tls = ssl.create_default_context(cafile=str(authority))

    def token(self, name: str, scope: Scope = "read", source: str | None = None) -> str:
        """Add a token and return it."""
        return self.tokens.add(name, scope, source, 0.0)

    def get(self, path: str, token: str = "", **headers: str) -> Answered:
        """Return the answer to GET. Underscores in names of headers stand for dashes."""
        return self.ask("GET", path, token, None, **headers)

    def post(self, path: str, body: bytes | str, token: str = "", **headers: str) -> Answered:
        """Return the answer to POST."""
        given = body.encode() if isinstance(body, str) else body
        return self.ask("POST", path, token, given, **headers)

    def ask(
        self, method: str, path: str, token: str, body: bytes | None, **headers: str
    ) -> Answered:
        """Return the answer to any method."""
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if token:
                named["Authorization"] = f"Bearer {token}"
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answered(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection that is yours to close."""
        if self._tls is not None:
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=SECONDS, context=self._tls
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)

    def stop(self) -> None:
        """End it in good order; raises what it failed with."""
        if self._thread.is_alive() and self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop)
            wait_for_end(self._thread, SECONDS)
        self._raise()

    def _stop(self) -> None:
        self._stopping.set()
        if self.collector is not None:
            self.collector.stop()

    def _raise(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - the test's thread raises it
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        posts = AwaitedPostSource() if self.config.web.post else None
        self.server = WebServer(self.config, posts, self._clock)
        async with self.server:
            self._ready.set()
            if posts is None:
                await self._stopping.wait()
                return
            self.collector = Collector(self.config, self._clock, [posts.open])
            await self.collector.run()
