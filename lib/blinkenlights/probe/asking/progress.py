"""How far a probe has come, noted while it runs, so that its end can say where it was.

A probe is known to the code that aiohttp and `ssl` call for it by a context variable: they pass no
value of ours on, and the context follows a connection into its callbacks.
"""

import asyncio
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING

from blinkenlights.clock import Clock
from blinkenlights.probe.endpoint import Request
from blinkenlights.probe.observation import Phases

if TYPE_CHECKING:
    from blinkenlights.probe.asking.certificates import Shown


class Progress:
    """One probe, and its last connection."""

    __slots__ = (
        "address",
        "asked_host",
        "asked_name",
        "asked_port",
        "began",
        "body_bytes",
        "connect",
        "dns",
        "first_byte",
        "header_ended",
        "host",
        "is_public",
        "may_become_private",
        "now",
        "ready_at",
        "request",
        "shown",
        "tls",
        "tls_began",
        "transport",
        "went_to",
    )

    def __init__(self, request: Request, now: Clock) -> None:
        """Begin. Certificates are held against the time that `now` gives."""
        self.request = request
        self.now = now
        self.began = perf_counter()
        self.went_to: list[str] = []
        """Where redirects led."""
        self.is_public: bool | None = None
        """Whether the address of the last connection was public; None before the first."""
        self.may_become_private = True
        """Whether the next connection may be to an address that is not public."""
        self.aim_at("", 0)
        self.start_connection("")

    def aim_at(self, host: str, port: int, name: str = "") -> None:
        """Turn to a server: the first one, or where a redirect led."""
        self.asked_host = host
        self.asked_name = name or host
        """Which its certificate has to be for."""
        self.asked_port = port
        self.shown: Shown | None = None
        """Its certificate, when it has shown one."""

    def start_connection(self, host: str) -> None:
        """Forget the phases of the connection before; `host` is the server, or a proxy."""
        self.host = host
        self.address = ""
        self.dns: float | None = None
        self.connect: float | None = None
        self.tls_began = 0.0
        self.tls: float | None = None
        self.ready_at = 0.0
        """When a request could be sent."""
        self.first_byte: float | None = None
        self.header_ended = False
        self.body_bytes = 0
        self.transport: asyncio.BaseTransport | None = None

    def phases(self) -> Phases:
        """Return how long each took; the total is up to now."""
        total = perf_counter() - self.began
        return Phases(total, self.dns, self.connect, self.tls, self.first_byte)

    def abort(self) -> None:
        """Let go of the connection at once, whatever the other side does."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
            self.transport = None


CURRENT: ContextVar[Progress] = ContextVar("progress")
