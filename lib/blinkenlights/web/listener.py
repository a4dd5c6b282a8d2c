"""The listening sockets of the web server, and a bounded number of connections at them."""

import asyncio
import logging
import resource
import socket
import ssl
from collections.abc import Callable, Sequence

from blinkenlights.collector.accepting import Acceptor
from blinkenlights.collector.listening import bind_tcp
from blinkenlights.peers import shares_of_connection
from blinkenlights.web.guard import Guard
from blinkenlights.web.places import Place, Places

CONNECTIONS = 1024
HANDSHAKE_SECONDS = 10.0

log = logging.getLogger("blinkenlights.web")


class Listener:
    """Takes connections from `open` to `close`.

    Args:
        address: Its name for people.
        protocol: Makes what answers one connection.
        tls: Encrypts them; None where nothing does.
    """

    def __init__(
        self, address: str, protocol: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None
    ) -> None:
        self._address = address
        self._protocol = protocol
        self._tls = tls
        self.places = Places(most_connections())
        self._sockets: Sequence[socket.socket] = ()
        self._accepting: list[asyncio.Task[None]] = []
        self._beginning: set[asyncio.Task[None]] = set()
        self._warned = False

    async def open(self, host: str, port: int) -> None:
        """Listen; raises OSError when that cannot be."""
        self._sockets = await bind_tcp(host, port)
        self._accepting = [asyncio.create_task(self._accept(each)) for each in self._sockets]

    async def close(self) -> None:
        """Accept no more; what is open stays open."""
        for task in [*self._accepting, *self._beginning]:
            task.cancel()
        await asyncio.gather(*self._accepting, *self._beginning, return_exceptions=True)
        for each in self._sockets:
            each.close()

    async def _accept(self, listener: socket.socket) -> None:
        acceptor = Acceptor(listener, self._address, log)
        while True:
            connection = await acceptor.next()
            share = next(iter(shares_of_connection(connection)), "")
            place = self.places.take(share, lambda: None, is_idle=True)
            if place is None:
                connection.close()
                self._say_that_it_is_full(share)
                continue
            task = asyncio.create_task(self._begin(connection, place))
            place.end = task.cancel
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)

    async def _begin(self, connection: socket.socket, place: Place) -> None:
        """Hand a connection over, with TLS when it has shaken hands."""
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Guard(self._protocol(), place, self.places),
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=HANDSHAKE_SECONDS if self._tls else None,
            )
        except OSError:
            self.places.leave(place)
        except asyncio.CancelledError:
            self.places.leave(place)
            connection.close()
            raise

    def _say_that_it_is_full(self, share: str) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "more than %d connections; further ones of %s are closed until others end",
                self.places.most,
                share,
            )


def most_connections() -> int:
    """Return how many connections there may be: half of what may be open, for the store needs some.

    `up` has the sockets of its collector beside them.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if files == resource.RLIM_INFINITY else min(CONNECTIONS, files // 2)
