"""Accepting connections, and nothing for a moment when this process has no file left for one."""

import asyncio
import errno
import logging
import socket

BREATH_SECONDS = 1.0
"""How long nothing is accepted when this process has too many files open."""
SAID_AGAIN_SECONDS = 60.0
"""How long the log is spared the same again."""
_USED_UP = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class Acceptor:
    """Accepts connections at one socket.

    Args:
        listener: It.
        address: Its name for people.
        log: Where it is said that nothing is accepted.
    """

    def __init__(self, listener: socket.socket, address: str, log: logging.Logger) -> None:
        self._listener = listener
        self._address = address
        self._log = log
        self._said_at: float | None = None

    async def next(self) -> socket.socket:
        """Return the next connection; meanwhile others wait in the kernel."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                # Otherwise who connected has gone already.
                if error.errno in _USED_UP:
                    self._say(error, loop.time())
                    await asyncio.sleep(BREATH_SECONDS)
            else:
                return connection

    def _say(self, error: OSError, now: float) -> None:
        if self._said_at is None or now - self._said_at >= SAID_AGAIN_SECONDS:
            self._said_at = now
            self._log.warning(
                "%s: no connection can be accepted (%s); new ones wait until others end. Raise "
                "LimitNOFILE of the service, or see who holds so many",
                self._address,
                error.strerror,
            )
