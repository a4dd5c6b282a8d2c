"""A real HTTP server that takes what is written to InfluxDB, and answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest


class Written(NamedTuple):
    """One request."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    lines: list[str]


@dataclass
class Taker:
    """Takes lines on loopback. `answer` gives status and body for each request."""

    written: list[Written] = field(default_factory=list)
    answer: Callable[[Written], tuple[int, bytes]] = lambda _: (204, b"")
    port: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)
    """While it is set, nothing is answered."""
    goes_on: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """All lines of all requests."""
        return [line for each in self.written for line in each.lines]

    def serve(self) -> ThreadingHTTPServer:
        """Return a server, which is to be run."""
        taker = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                parts = urlsplit(self.path)
                lines = body.decode().splitlines()
                given = Written(parts.path, parse_qs(parts.query), dict(self.headers), lines)
                taker.written.append(given)
                if taker.hangs.is_set():
                    taker.goes_on.wait(30)
                status, words = taker.answer(given)
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(words)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        return server


@pytest.fixture
def taker() -> Iterator[Taker]:
    """Give a server that takes lines."""
    taker = Taker()
    server = taker.serve()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield taker
    finally:
        taker.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
