"""Bounds on connections: how many, how long a request may take to come, an answer to be read.

aiohttp waits for ever for the end of a request's head, and for a reader who does not read.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import cast

HEAD_SECONDS = 10.0
"""How long the head of a request may take to come, and how long a connection may rest."""
ANSWER_SECONDS = 60.0
"""How long a request with its answer may take, unless it is a stream."""
CONNECTIONS = 1024

log = logging.getLogger("blinkenlights.web")


class Guards:
    """All connections of one server."""

    def __init__(self, most: int = CONNECTIONS) -> None:
        self.most = most
        self.warned = False
        self._open: set[Guard] = set()

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._open)

    def opened(self, guard: "Guard") -> None:
        """Take in a connection."""
        self._open.add(guard)

    def closed(self, guard: "Guard") -> None:
        """Forget a connection."""
        self._open.discard(guard)

    async def end(self) -> None:
        """End what is still open: with TLS, those who do not say goodbye."""
        for guard in list(self._open):
            guard.abort()
        await asyncio.sleep(0)  # so that they are closed before the event loop is


class Guard(asyncio.Protocol):
    """Stands between a connection and aiohttp, and aborts it when something takes too long."""

    def __init__(self, inner: asyncio.Protocol, guards: Guards) -> None:
        self._inner = inner
        self._guards = guards
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or end at once when there are too many."""
        self._transport = cast("asyncio.Transport", transport)
        if self._guards.open >= self._guards.most:
            if not self._guards.warned:
                self._guards.warned = True
                log.warning(
                    "more than %d connections; further ones are closed until others end",
                    self._guards.most,
                )
            self._transport.abort()
            return
        self._guards.opened(self)
        self._is_counted = True
        self._inner.connection_made(transport)
        self._within(HEAD_SECONDS, self._rested)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._within(None)
        if self._is_counted:
            self._guards.closed(self)
            self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Pass on what came."""
        if self._is_counted:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass on that no more will come."""
        return self._inner.eof_received() if self._is_counted else None

    def pause_writing(self) -> None:
        """Pass on that the other side does not read."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that it reads again."""
        self._inner.resume_writing()

    def abort(self) -> None:
        """End it now."""
        if self._transport is not None:
            self._transport.abort()

    def request_begun(self) -> None:
        """Note that the head of a request is here."""
        self._within(ANSWER_SECONDS, self.abort)

    def streams(self) -> None:
        """Note that the answer goes on for ever; whoever writes it looks at the time."""
        self._within(None)

    def request_over(self) -> None:
        """Note that a request is answered."""
        self._within(HEAD_SECONDS, self._rested)

    def _rested(self) -> None:
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size():
            self._transport.abort()  # an answer that nobody reads would be waited for
        else:
            self._transport.close()

    def _within(self, seconds: float | None, end: Callable[[], None] | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None and end is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, end)


def guard_of(transport: asyncio.BaseTransport | None) -> Guard | None:
    """Return the guard of a connection; None when there is none, or it is over."""
    protocol = transport.get_protocol() if transport is not None else None
    return protocol if isinstance(protocol, Guard) else None
