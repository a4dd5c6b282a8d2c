"""Bytes from sockets into lines, with bounds on how long a line and how many connections may be."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, cast

log = logging.getLogger("blinkenlights.collector")

LINE_BYTES = 65536
"""Bytes of the longest line; of a longer one only its beginning is kept, which says so."""
CONNECTIONS = 256
"""Connections to one socket; more have to wait until others are closed."""
SHARE = CONNECTIONS // 4
"""Connections of one address that are as good as anybody's when there is no room."""
ROOM_SECONDS = 1.0
"""How long they wait at most, until the one that was silent for longest is closed for them."""
LINE_SECONDS = 10.0
"""How long a connection may be without a whole line when others wait."""

Take = Callable[[list[bytes]], None]


class SocketOrigin(NamedTuple):
    """How a line came: there is nothing to say."""

    exchange: str = ""
    routing_key: str = ""
    redelivered: bool = False


FROM_SOCKET = SocketOrigin()


class Connections:
    """The open connections of one socket, the one without a whole line for longest first."""

    def __init__(self, address: str, most: int = CONNECTIONS) -> None:
        self._address = address
        self._most = most
        self._open: dict[LineReader, float] = {}
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
                    self._address,
                    self._most,
                )
                self._warned = True
            self._close_overdue()
        if len(self._open) >= self._most:
            next(iter(self._open)).close()

    def opened(self, reader: "LineReader") -> None:
        """Take in a new connection."""
        self._open[reader] = asyncio.get_running_loop().time()
        if self.paused:
            reader.transport.pause_reading()

    def heard(self, reader: "LineReader") -> None:
        """Note that a connection has sent a whole line."""
        if self._open.pop(reader, None) is not None:
            self._open[reader] = asyncio.get_running_loop().time()

    def closed(self, reader: "LineReader") -> None:
        """Forget a connection."""
        self._open.pop(reader, None)
        self._changed.set()

    def pause(self) -> None:
        """Read nothing until `resume`."""
        if not self.paused:
            self.paused = True
            for reader in self._open:
                reader.transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self.paused:
            self.paused = False
            self._changed.set()
            for reader in self._open:
                reader.transport.resume_reading()

    def _close_overdue(self) -> None:
        """When there is no room, close who has not sent a whole line in time."""
        if len(self._open) < self._most:
            return
        now = asyncio.get_running_loop().time()
        held = Counter(reader.peer for reader in self._open)
        for reader, heard in list(self._open.items()):
            is_greedy = reader.peer and held[reader.peer] > SHARE
            if now - heard >= (ROOM_SECONDS if is_greedy else LINE_SECONDS):
                held[reader.peer] -= 1
                reader.close()

    def close(self) -> None:
        """Close them all."""
        for reader in list(self._open):
            reader.close()


class LineReader(asyncio.Protocol):
    """Splits what one connection sends into lines."""

    def __init__(self, connections: Connections, take: Take) -> None:
        self._connections = connections
        self._take = take
        self._rest = b""
        self._skipping = False
        self.transport: asyncio.ReadTransport
        self.peer = ""
        """Address of the sender's machine; empty for a Unix socket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.ReadTransport", transport)
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) else ""
        self._connections.opened(self)

    def data_received(self, data: bytes) -> None:
        """Hand on the lines that are complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._skipping and lines:
            del lines[0]
            self._skipping = False
        if len(self._rest) > LINE_BYTES:
            if not self._skipping:
                lines.append(self._rest[: LINE_BYTES + 1])
            self._skipping = True
            self._rest = b""
        if lines:
            self._connections.heard(self)
            self._take(lines)

    def connection_lost(self, error: Exception | None) -> None:
        """Hand on a last line that has no end, when the sender closed in good order."""
        self._connections.closed(self)
        if error is None and self._rest and not self._skipping:
            self._take([self._rest])

    def close(self) -> None:
        """Close the connection; a line that is not complete is lost."""
        self._rest = b""
        self._connections.closed(self)
        self.transport.close()


class DatagramReader(asyncio.DatagramProtocol):
    """Splits datagrams into lines; each holds whole ones."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self.closed = asyncio.Event()
        """Set when the socket is closed."""

    def connection_lost(self, _error: Exception | None) -> None:
        """End."""
        self.closed.set()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        """Hand on the lines of one datagram."""
        self._take(data.split(b"\n"))
