"""Opens the sockets on which lines are taken, and accepts connections while there is room."""

import asyncio
import contextlib
import errno
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from blinkenlights.collector.accepting import Acceptor
from blinkenlights.collector.datagrams import Datagrams
from blinkenlights.collector.fairness import Connections
from blinkenlights.collector.framing import LineReader, Take
from blinkenlights.config import LinesConfig
from blinkenlights.config_keys.addresses import ListenAddress

log = logging.getLogger("blinkenlights.collector")

BACKLOG = 1024
"""Connections that wait to be accepted, as when all cron jobs of a fleet send on the minute."""


@asynccontextmanager
async def listening(
    address: ListenAddress, config: LinesConfig, connections: Connections, take: Take
) -> AsyncIterator[Datagrams | None]:
    """Keep the sockets open for which an address stands; raises OSError when that cannot be.

    Args:
        address: Where.
        config: The permissions of a Unix socket, the buffer of one for datagrams.
        connections: Gets those that are made; they are closed at the end.
        take: Gets the lines of connections and of datagrams.

    Returns:
        The socket for datagrams, whose senders cannot be made to wait; None for the others.
    """
    if address.scheme == "udp":
        place = (address.host, address.port)
        with contextlib.closing(await Datagrams.open(place, config.receive_buffer, take)) as opened:
            yield opened
        return
    if address.scheme == "unix":
        sockets = [_bind_unix(Path(address.path), config.mode)]
    else:
        sockets = await bind_tcp(address.host, address.port)
    accepting = [asyncio.create_task(_accept(each, connections, take)) for each in sockets]
    try:
        yield None
    finally:
        for task in accepting:
            task.cancel()
        await asyncio.wait(accepting)
        for each in sockets:
            each.close()
        connections.close()
        if address.scheme == "unix":
            _remove(Path(address.path))


async def _accept(listener: socket.socket, connections: Connections, take: Take) -> None:
    """Accept connections as there is room for them; meanwhile they wait in the kernel."""
    loop = asyncio.get_running_loop()
    acceptor = Acceptor(listener, connections.address, log)
    while True:
        await connections.room()
        connection = await acceptor.next()
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(lambda: LineReader(connections, take), connection)


async def bind_tcp(host: str, port: int) -> list[socket.socket]:
    """Return a socket for each address that `host` has; raises OSError when that cannot be."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, place in dict.fromkeys(found):
            bound = socket.create_server(place, family=family, backlog=BACKLOG)
            bound.setblocking(False)
            sockets.append(bound)
    except BaseException:
        for each in sockets:
            each.close()
        raise
    return sockets


def _bind_unix(path: Path, mode: str) -> socket.socket:
    """Return a socket bound to `path`, in place of one that nobody listens on any more."""
    _remove_stale(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        # Nobody can connect before it listens, so nobody gets in by the umask's permissions.
        path.chmod(int(mode, 8))
        bound.listen(BACKLOG)
        bound.setblocking(False)
    except BaseException:
        bound.close()
        raise
    return bound


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _remove_stale(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(errno.EEXIST, "there is a file of that name which is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            if probe.connect_ex(str(path)) != errno.ECONNREFUSED:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        path.unlink()
