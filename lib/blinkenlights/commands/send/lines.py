"""Sends JSON lines to a collector's socket."""

import socket
from contextlib import suppress

from blinkenlights.config_keys.addresses import ListenAddress
from blinkenlights.errors import NotDelivered

SECONDS = 5.0
"""How long connecting, sending and the collector's reading may take, each."""
REFUSAL_SECONDS = 0.2
"""How soon a machine without a listener refuses a datagram."""


class Lines:
    """A collector's socket."""

    def __init__(self, address: ListenAddress) -> None:
        """Prepare to send to `address`, without connecting."""
        self._address = address
        self.name = (
            f"unix://{address.path}"
            if address.scheme == "unix"
            else f"{address.scheme}://{address.host}:{address.port}"
        )

    def deliver(self, body: bytes) -> str:
        """Send one line; returns what became of it, raises NotDelivered."""
        try:
            with self._connected() as connection:
                if self._address.scheme == "udp":
                    return self._send_datagram(connection, body)
                return self._send_line(connection, body)
        except OSError as error:
            why = "no answer in time" if isinstance(error, TimeoutError) else error.strerror
            raise NotDelivered(
                f"{self.name} did not take it ({why or error}); is a collector listening there?"
            ) from None

    def _connected(self) -> socket.socket:
        if self._address.scheme == "tcp":
            return socket.create_connection((self._address.host, self._address.port), SECONDS)
        if self._address.scheme == "unix":
            return _connected(socket.AF_UNIX, socket.SOCK_STREAM, self._address.path)
        found = socket.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_DGRAM)
        family, kind, _, _, target = found[0]
        return _connected(family, kind, target)

    def _send_line(self, connection: socket.socket, body: bytes) -> str:
        connection.sendall(body + b"\n")
        connection.shutdown(socket.SHUT_WR)
        # A collector closes when it has read all; one that dies before resets the connection.
        while connection.recv(1024):
            pass
        return f"delivered to {self.name}"

    def _send_datagram(self, connection: socket.socket, body: bytes) -> str:
        connection.send(body)
        connection.settimeout(REFUSAL_SECONDS)
        with suppress(TimeoutError):
            connection.recv(1)
        return f"sent to {self.name}; UDP does not say whether it arrived"


def _connected(family: int, kind: int, target: str | tuple[object, ...]) -> socket.socket:
    connection = socket.socket(family, kind)
    try:
        connection.settimeout(SECONDS)
        connection.connect(target)
    except OSError:
        connection.close()
        raise
    return connection
