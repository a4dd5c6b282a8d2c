"""Opens the sockets on which lines are taken."""

import asyncio
import contextlib
import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from blinkenlights.collector.lineprotocol import Connections, DatagramReader, LineReader, Take
from blinkenlights.config.addresses import ListenAddress


class Listening(NamedTuple):
    """A socket that is open."""

    close: Callable[[], None]
    """Stops listening, and closes the connections."""


async def listen(
    address: ListenAddress, mode: str, connections: Connections, take: Take, take_datagram: Take
) -> Listening:
    """Open a socket; raises OSError.

    Args:
        address: Where.
        mode: Permissions of a Unix socket, octal digits.
        connections: Gets those that are made.
        take: Gets the lines of connections.
        take_datagram: Gets the lines of datagrams, whose senders cannot be made to wait.
    """
    loop = asyncio.get_running_loop()
    if address.scheme == "udp":
        transport, _ = await loop.create_datagram_endpoint(
            lambda: DatagramReader(take_datagram), local_addr=(address.host, address.port)
        )
        return Listening(transport.close)

    def reader() -> LineReader:
        return LineReader(connections, take)

    if address.scheme == "unix":
        path = Path(address.path)
        server: asyncio.Server = await loop.create_unix_server(reader, sock=_bind(path, mode))
    else:
        path = None
        server = await loop.create_server(reader, address.host, address.port)

    def close() -> None:
        server.close()
        connections.close()
        if path is not None:
            path.unlink(missing_ok=True)

    return Listening(close)


def _bind(path: Path, mode: str) -> socket.socket:
    """Return a Unix socket bound to `path`, in place of one that nobody listens on any more."""
    _remove_stale(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        # Nobody can connect before it listens, so nobody gets in by the umask's permissions.
        path.chmod(int(mode, 8))
    except BaseException:
        bound.close()
        raise
    return bound


def _remove_stale(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(errno.EEXIST, "there is a file of that name which is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            if probe.connect_ex(str(path)) != errno.ECONNREFUSED:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        path.unlink()
