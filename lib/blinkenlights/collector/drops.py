"""Datagrams that the kernel dropped, said in the log once a minute."""

import asyncio
import logging

from blinkenlights.outage import SAID_AGAIN_SECONDS

log = logging.getLogger("blinkenlights.collector")


class Drops:
    """How many datagrams of one socket were dropped since the log last said so.

    Args:
        address: The socket's name for people.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._unsaid = 0
        self._buffer = 0
        self._said_at: float | None = None

    def count(self, dropped: int, buffer: int) -> None:
        """Count so many more, which found a buffer of so many bytes full."""
        self._unsaid += dropped
        self._buffer = buffer
        now = asyncio.get_running_loop().time()
        if self._said_at is None or now - self._said_at >= SAID_AGAIN_SECONDS:
            self.say()

    def say(self) -> None:
        """Say now how many there were, if any."""
        if not self._unsaid:
            return
        log.warning(
            "%s: the kernel dropped %d datagrams, because %d bytes of them waited already; raise "
            "receive_buffer and net.core.rmem_max, and send what must not be lost by tcp, by a "
            "Unix socket or through a broker",
            self._address,
            self._unsaid,
            self._buffer,
        )
        self._unsaid = 0
        self._said_at = asyncio.get_running_loop().time()
