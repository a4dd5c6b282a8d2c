"""A UDP socket: datagrams are read in portions, and those that the kernel dropped are counted."""

import asyncio
import socket
import struct
from typing import Self

from blinkenlights.collector.framing import Take

PORTION = 64
"""Datagrams that are read before others get a turn."""
AT_ONCE = 100_000
"""Datagrams that are read at most to find out whether any wait: more than a usual buffer holds."""
LARGEST = 65536
"""Bytes: more than a datagram can have."""
SO_MEMINFO = 55
"""What a socket has and had, as Linux counts it. Python has no name for it."""
_MEMORY = struct.Struct("9I")
_DROPS = 8
_WRAPS = 1 << 32


class Datagrams:
    """An open socket for datagrams, read while it is not paused.

    Args:
        bound: The socket.
        take: Gets the lines of each datagram; each holds whole ones.
    """

    def __init__(self, bound: socket.socket, take: Take) -> None:
        self._socket = bound
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._known_drops = self._drops()
        self._is_read = False
        self.buffer: int = bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
        """Bytes that the kernel keeps for us; it counts twice of what it was asked for."""
        self.resume()

    @classmethod
    async def open(cls, place: tuple[str, int], buffer: int, take: Take) -> Self:
        """Return one at a host and port; raises OSError when that cannot be.

        Args:
            place: Host and port; of the host's addresses the first that can be had.
            buffer: Bytes to ask the kernel to keep.
            take: Gets the lines of each datagram.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(*place, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        failed: OSError | None = None
        for family, kind, protocol, _, address in found:
            bound = socket.socket(family, kind, protocol)
            try:
                bound.setblocking(False)
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
                bound.bind(address)
                return cls(bound, take)
            except OSError as error:
                bound.close()
                failed = failed or error
        raise failed or OSError(f"{place[0]} has no address")

    def pause(self) -> None:
        """Leave what comes with the kernel, until its buffer is full."""
        if self._is_read:
            self._loop.remove_reader(self._socket)
            self._is_read = False

    def resume(self) -> None:
        """Read again, unless the socket is closed: what was read is stored after that."""
        if not self._is_read and self._socket.fileno() >= 0:
            self._loop.add_reader(self._socket, self._read, PORTION)
            self._is_read = True

    def read_all(self) -> bool:
        """Read what waits, unless paused; returns whether nothing waits any more."""
        return self._read(AT_ONCE)

    def newly_dropped(self) -> int:
        """Return how many datagrams the kernel has dropped since this was last asked."""
        known, self._known_drops = self._known_drops, self._drops()
        return (self._known_drops - known) % _WRAPS

    def close(self) -> None:
        """Close the socket."""
        self.pause()
        self._socket.close()

    def _read(self, most: int) -> bool:
        for _ in range(most):
            if not self._is_read:
                return False
            try:
                data = self._socket.recv(LARGEST)
            except (BlockingIOError, InterruptedError):
                return True
            except OSError:
                # What the network says of another datagram; there is no reason to end for it.
                continue
            self._take(data.split(b"\n"))
        return False

    def _drops(self) -> int:
        try:
            counts = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, _MEMORY.size)
            return int(_MEMORY.unpack(counts)[_DROPS])
        except (OSError, struct.error):
            # A kernel that does not count them for us, older than 4.12.
            return 0
