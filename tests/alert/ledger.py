"""Receivers that keep what they are told, and what must hold of it whatever died meanwhile."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from servers.waiting import wait_for_end


class Change(NamedTuple):
    """A change that a message told."""

    id: str
    episode: str
    what: str
    thing: str

    @property
    def at(self) -> float:
        """Return when it was seen."""
        return float(self.id.rpartition(":")[2])


class Heard(NamedTuple):
    """A message, as a receiver heard it."""

    receiver: str
    is_repeated: bool
    changes: list[Change]


class Span(NamedTuple):
    """A time in which a thing was surely bad."""

    thing: str
    start: float
    end: float


class Ledger:
    """What was heard, in the order in which it came."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.url = ""

    def note(self, body: dict[str, Any]) -> None:
        """Keep a message."""
        changes = [Change(*change) for change in body["changes"]]
        self.heard.append(Heard(body["receiver"], bool(body["is_repeated"]), changes))

    def told(self) -> set[tuple[str, str]]:
        """Return what was told: receiver and id of each change."""
        return {(one.receiver, change.id) for one in self.heard for change in one.changes}

    def repeated_unsaid(self) -> list[str]:
        """Return what was told again by a message that does not say so."""
        seen, unsaid = set[tuple[str, str]](), []
        for one in self.heard:
            keys = {(one.receiver, change.id) for change in one.changes}
            if keys & seen and not one.is_repeated:
                unsaid += [f"{receiver} {key}" for receiver, key in keys & seen]
            seen |= keys
        return unsaid

    def still_firing(self) -> list[tuple[str, str]]:
        """Return the alerts, by receiver and episode, whose end was not the last that was told."""
        last: dict[tuple[str, str], str] = {}
        for one in self.heard:
            for change in one.changes:
                last[one.receiver, change.episode] = change.what
        return [key for key, what in last.items() if what != "resolved"]

    def false_ends(self, bad: list[Span], slack: float) -> list[Change]:
        """Return the ends of things that were surely bad, then and for a while after."""
        spans = defaultdict(list)
        for span in bad:
            spans[span.thing].append(span)
        ends = {change for one in self.heard for change in one.changes if change.what == "resolved"}
        return [
            end
            for end in ends
            if any(span.start <= end.at and end.at + slack <= span.end for span in spans[end.thing])
        ]


@contextmanager
def listening() -> Iterator[Ledger]:
    """Give a ledger whose `url` takes messages."""
    ledger = Ledger()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            # Heard is what is here, whether or not anybody waits for the answer.
            ledger.note(json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            # Whoever is killed answers nobody.
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ledger.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield ledger
    finally:
        server.shutdown()
        server.server_close()
        wait_for_end(thread)
