"""Something with `run` and `stop` at work in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable
from typing import Protocol

from servers.waiting import wait_for_end


class Daemon(Protocol):
    """What is run until it is told to stop."""

    def run(self) -> Awaitable[None]:
        """Work until `stop`."""

    def stop(self) -> None:
        """Let `run` come to its end."""


class Running:
    """A daemon at work; `stop` raises what it failed with."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._loop = asyncio.new_event_loop()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def work() -> None:
            await self._daemon.run()

        try:
            self._loop.run_until_complete(work())
        except BaseException as error:  # noqa: BLE001 - the test's thread raises it
            self._error = error
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def stop(self) -> None:
        """End it in an orderly way."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._daemon.stop)
        self.wait()

    def wait(self) -> None:
        """Wait until it has ended; raises what it failed with."""
        wait_for_end(self._thread)
        if self._error is not None:
            error, self._error = self._error, None
            raise error
