"""Names become addresses by the system's resolver, which blocks: for half a minute when it is away.

Each lookup has a thread of its own, which dies with the process, so that a resolver that hangs
delays neither other probes nor the end. At most `LOOKUPS` run at once. Probes that want the same
name at the same time share one lookup, so that one lame domain holds one thread however many
endpoints are in it. No answer is kept for the next probe: its time is what a probe measures, and
the system's own cache is the one that applications there have as well.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from blinkenlights.probe.asking.failure import Failure

Address = tuple[socket.AddressFamily, tuple[Any, ...]]
"""Family, and what `socket.connect` takes."""
Lookup = Callable[[str, int, socket.AddressFamily], list[Address]]
"""Host, port and wanted family give addresses, the preferred one first; raises OSError. Blocks."""

_Key = tuple[str, int, socket.AddressFamily]

LOOKUPS = 64


def look_up(host: str, port: int, family: socket.AddressFamily) -> list[Address]:
    """Ask the system."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [(each[0], each[4]) for each in found]


class Resolver:
    """Looks names up for many probes at once."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        """Take how a name is looked up."""
        self._lookup = lookup
        self._running: dict[_Key, asyncio.Task[list[Address]]] = {}
        self._free = asyncio.Semaphore(LOOKUPS)

    async def addresses(self, host: str, port: int, family: socket.AddressFamily) -> list[Address]:
        """Return the addresses of a name, at least one; raises Failure."""
        key = (host, port, family)
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = asyncio.create_task(self._run(key))
            running.add_done_callback(self._forget(key))
        try:
            # Whoever gives up does not take the answer from the others.
            found = await asyncio.shield(running)
        except OSError as error:
            raise Failure("dns", f"the name {host} was not resolved: {error.strerror}") from error
        except UnicodeError as error:
            raise Failure("dns", f"{host!r} cannot be the name of a host") from error
        if not found:
            raise Failure("dns", f"the name {host} has no address")
        return found

    def close(self) -> None:
        """Wait for no answer any more."""
        for task in list(self._running.values()):
            task.cancel()

    async def _run(self, key: _Key) -> list[Address]:
        async with self._free:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[list[Address]] = loop.create_future()
            arguments = (loop, key, answer)
            threading.Thread(target=self._block, args=arguments, name="lookup", daemon=True).start()
            return await answer

    def _block(
        self, loop: asyncio.AbstractEventLoop, key: _Key, answer: asyncio.Future[list[Address]]
    ) -> None:
        """Look up, in a thread of its own."""
        found: list[Address] | Exception
        try:
            found = self._lookup(*key)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            found = error
        # The loop may have ended in the meantime.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, answer, found)

    def _forget(self, key: _Key) -> Callable[[asyncio.Task[list[Address]]], None]:
        def forget(task: asyncio.Task[list[Address]]) -> None:
            del self._running[key]
            if not task.cancelled():
                # Perhaps nobody waits any more, and asyncio would complain.
                task.exception()

        return forget


def _settle(answer: asyncio.Future[list[Address]], found: list[Address] | Exception) -> None:
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
