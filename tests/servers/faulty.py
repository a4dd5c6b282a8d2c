"""A TCP proxy that delays, cuts, hangs or answers rubbish, for whatever has to survive that."""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

_CHUNK = 65536


class FaultyProxy:
    """Listens on a loopback port and passes bytes to and from another one, until told otherwise.

    It runs in a thread of its own. The faults, which hold until `heal`:

        delay(seconds)    every chunk, in both directions, comes that much later
        hang()            connections are accepted and bytes swallowed; nothing comes back
        answer(rubbish)   connections get `rubbish` after their first bytes, and are closed
        refuse()          the port is closed: connection refused

    `cut()` breaks the open connections once, with a reset; new ones are served. `redirect(port)`
    has new connections go to another port, and leaves the open ones where they are.
    """

    def __init__(self, upstream: int, host: str = "127.0.0.1") -> None:
        """Start to listen in front of the port `upstream`."""
        self._upstream = (host, upstream)
        self._delay = 0.0
        self._hanging = False
        self._rubbish: bytes | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: Counter[int] = Counter()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.connections = 0
        """How many connections were accepted since the start."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self._listen())

    @property
    def url(self) -> str:
        """Address as a store: `redis://127.0.0.1:<port>/0`."""
        return f"redis://127.0.0.1:{self.port}/0"

    def redirect(self, upstream: int) -> None:
        """Have new connections go to another port from now on; open ones stay."""
        self._upstream = (self._upstream[0], upstream)

    def open_to(self, upstream: int) -> int:
        """Return how many connections are open to that port."""
        return self._open[upstream]

    def delay(self, seconds: float) -> None:
        """Hold every chunk for that long, in both directions."""
        self._delay = seconds

    def hang(self) -> None:
        """Accept and swallow; nothing comes back."""
        self._hanging = True

    def answer(self, rubbish: bytes) -> None:
        """Send `rubbish` after the first bytes of a connection, then close it."""
        self._rubbish = rubbish
        self.cut()

    def refuse(self) -> None:
        """Close the port and the open connections."""
        self._call(self._stop_listening())
        self.cut()

    def cut(self) -> None:
        """Break all open connections, with a reset."""
        self._call(self._cut())

    def heal(self) -> None:
        """Pass bytes faithfully again, on the same port; swallowed ones stay lost."""
        if self._hanging:
            self.cut()
        self._delay, self._hanging, self._rubbish = 0.0, False, None
        self._call(self._listen())

    def close(self) -> None:
        """End the proxy."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for writer in self._writers:
            if writer.is_closing():
                continue
            # Lingering for no time is what makes the kernel send a reset instead of an end.
            peer = writer.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _close(self) -> None:
        await self._stop_listening()
        await self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if self._rubbish is None:
                await self._join(reader, writer)
            else:
                await reader.read(_CHUNK)
                writer.write(self._rubbish)
                await writer.drain()
        except OSError:
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._upstream
        far_reader, far_writer = await asyncio.open_connection(host, port)
        self._writers.add(far_writer)
        self._open[port] += 1
        try:
            there = asyncio.ensure_future(self._pass(reader, far_writer))
            back = asyncio.ensure_future(self._pass(far_reader, writer))
            try:
                await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                there.cancel()
                back.cancel()
                await asyncio.gather(there, back, return_exceptions=True)
        finally:
            self._open[port] -= 1
            self._writers.discard(far_writer)
            far_writer.close()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK):
            if self._delay:
                await asyncio.sleep(self._delay)
            if self._hanging:
                continue
            sink.write(chunk)
            await sink.drain()


@pytest.fixture
def faulty_proxy() -> Iterator[Callable[[int], FaultyProxy]]:
    """Give a function that puts a `FaultyProxy` in front of a port."""
    proxies: list[FaultyProxy] = []

    def start(upstream: int) -> FaultyProxy:
        proxy = FaultyProxy(upstream)
        proxies.append(proxy)
        return proxy

    try:
        yield start
    finally:
        for proxy in proxies:
            proxy.close()
