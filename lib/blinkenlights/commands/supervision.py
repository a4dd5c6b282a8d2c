"""What systemd is told of a daemon: that it works, and that it goes on working; see sd_notify(3).

Its own library would be a dependency for three datagrams.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

ALIVE_SECONDS = 5.0
"""How often a daemon without reports says that it goes on."""


class Supervision:
    """Tells systemd, where it listens, and nobody elsewhere.

    Args:
        environment: Of this process; systemd says there where it listens.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        path = environment.get("NOTIFY_SOCKET", "")
        # An @ stands for the zero byte of a name that is in no folder.
        self._path = f"\0{path[1:]}" if path.startswith("@") else path
        self._is_ready = False

    def reported(self, *, is_stored: bool) -> None:
        """Say that a report was made; once one is stored, the daemon counts as started."""
        if is_stored:
            self.ready()
        self._tell("WATCHDOG=1")

    def ready(self) -> None:
        """Say that the daemon works."""
        if not self._is_ready:
            self._is_ready = True
            self._tell("READY=1")

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Say that the daemon works, and that its event loop goes on, until the end."""
        self.ready()
        saying = asyncio.create_task(self._say_again_and_again())
        try:
            yield
        finally:
            saying.cancel()

    async def _say_again_and_again(self) -> None:
        while True:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(ALIVE_SECONDS)

    def _tell(self, state: str) -> None:
        if not self._path:
            return
        # Who does not listen now has to notice by itself.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as where,
        ):
            where.sendto(state.encode(), self._path)
