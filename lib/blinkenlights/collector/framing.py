"""From bytes to lines, with a bound on how long a line may be."""

import asyncio
from collections.abc import Callable
from typing import cast

from blinkenlights.collector.fairness import Connections
from blinkenlights.peers import shares_of_connection

LINE_BYTES = 65536
"""Bytes of the longest line; of a longer one only its beginning is kept, which says so."""

Take = Callable[[list[bytes]], None]


class LineReader(asyncio.Protocol):
    """Splits what one connection sends into lines."""

    def __init__(self, connections: Connections, take: Take) -> None:
        self._connections = connections
        self._take = take
        self._rest = b""
        self._skipping = False
        self.transport: asyncio.ReadTransport
        self.shares: tuple[str, ...] = ()
        """Whose shares of the socket it counts for, the narrowest first."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.ReadTransport", transport)
        self.shares = shares_of_connection(transport.get_extra_info("socket"))
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
