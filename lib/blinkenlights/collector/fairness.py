"""How many connections one socket has at a time, whose they are, and who is closed for others."""

import asyncio
import contextlib
import logging
from collections import Counter
from typing import Protocol

log = logging.getLogger("blinkenlights.collector")

CONNECTIONS = 256
"""Connections to one socket; more have to wait until others are closed."""
SHARE = CONNECTIONS // 4
"""Connections of one address, process or user that are as good as anybody's when there is no
room."""
ROOM_SECONDS = 1.0
"""How long they wait at most, until the one that was silent for longest is closed for them."""
LINE_SECONDS = 10.0
"""How long a connection may be without a whole line when others wait."""


class Connection(Protocol):
    """One connection, as far as it shares a socket with others."""

    @property
    def transport(self) -> asyncio.ReadTransport:
        """Where reading is paused and resumed."""

    @property
    def shares(self) -> tuple[str, ...]:
        """Whose shares of the socket it counts for, the narrowest first."""

    def close(self) -> None:
        """Close it, and tell `Connections.closed` so."""


class Connections:
    """The open connections of one socket, the one without a whole line for longest first."""

    def __init__(self, address: str, most: int = CONNECTIONS) -> None:
        self.address = address
        """The name of the socket for people."""
        self._most = most
        self._open: dict[Connection, float] = {}
        self._speakers: set[Connection] = set()
        """Those that have sent a whole line."""
        self._changed = asyncio.Event()
        self._warned = False
        self.paused = False
        """Whether nothing is read, so that senders have to wait."""

    async def room(self) -> None:
        """Wait until there is room for another connection.

        Who sends and goes makes room soon; who stays and is silent is closed in the end, and at
        once who is silent and has more than its share.
        """
        while self.paused:
            self._changed.clear()
            await self._changed.wait()
        self._close_overdue()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ROOM_SECONDS):
                while len(self._open) >= self._most:
                    self._changed.clear()
                    await self._changed.wait()
        if len(self._open) >= self._most:
            if not self._warned:
                log.warning(
                    "%s: more than %d connections; the most silent ones are closed",
                    self.address,
                    self._most,
                )
                self._warned = True
            self._close_overdue()
        if len(self._open) >= self._most:
            next(iter(self._open)).close()

    def opened(self, connection: Connection) -> None:
        """Take in a new connection."""
        self._open[connection] = asyncio.get_running_loop().time()
        if self.paused:
            connection.transport.pause_reading()

    def heard(self, connection: Connection) -> None:
        """Note that a connection has sent a whole line."""
        if self._open.pop(connection, None) is not None:
            self._open[connection] = asyncio.get_running_loop().time()
            self._speakers.add(connection)

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.pop(connection, None)
        self._speakers.discard(connection)
        self._changed.set()

    def pause(self) -> None:
        """Read nothing until `resume`."""
        if not self.paused:
            self.paused = True
            for connection in self._open:
                connection.transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self.paused:
            self.paused = False
            self._changed.set()
            for connection in self._open:
                connection.transport.resume_reading()

    def _close_overdue(self) -> None:
        """When there is no room, close who has not sent a whole line in time.

        Of a process with more than its share those go first that never sent one, then its others,
        then those of other processes of its user.
        """
        widest = max((len(connection.shares) for connection in self._open), default=0)
        for width in range(max(1, widest)):
            for spares_speakers in (True, False):
                if len(self._open) < self._most:
                    return
                self._close_overdue_of(width, spares_speakers=spares_speakers)

    def _close_overdue_of(self, width: int, *, spares_speakers: bool) -> None:
        now = asyncio.get_running_loop().time()
        held = Counter(share for each in self._open for share in each.shares[width : width + 1])
        for connection, heard in list(self._open.items()):
            share = connection.shares[width : width + 1]
            is_spared = spares_speakers and connection in self._speakers
            is_greedy = not is_spared and any(held[each] > SHARE for each in share)
            if now - heard >= (ROOM_SECONDS if is_greedy else LINE_SECONDS):
                held.subtract(share)
                connection.close()

    def close(self) -> None:
        """Close them all."""
        for connection in list(self._open):
            connection.close()
