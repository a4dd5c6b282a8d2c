"""Bounds on a connection: how long a request may take to come, and an answer to be read.

aiohttp waits for ever for the end of a request's head, and for a reader who does not read.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from blinkenlights.web.places import Place, Places

HEAD_SECONDS = 10.0
"""How long the head of a request may take to come, and how long a connection may rest."""
ANSWER_SECONDS = 60.0
"""How long a request with its answer may take, unless it is a stream."""


class Guard(asyncio.Protocol):
    """Stands between a connection and aiohttp, and aborts it when something takes too long."""

    def __init__(self, inner: asyncio.Protocol, place: Place, places: Places) -> None:
        self._inner = inner
        self._place = place
        self._places = places
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._place.end = self.abort
        self._inner.connection_made(transport)
        self._rest()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._within(None)
        self._places.leave(self._place)
        self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Pass on what came."""
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass on that no more will come."""
        return self._inner.eof_received()

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
        self._place.is_idle = False
        self._within(ANSWER_SECONDS, self.abort)

    def streams(self) -> None:
        """Note that the answer goes on for ever; whoever writes it looks at the time."""
        self._within(None)

    def request_over(self) -> None:
        """Note that a request is answered."""
        self._rest()

    def _rest(self) -> None:
        self._place.is_idle = True
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
