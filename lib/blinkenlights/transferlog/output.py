"""Writes to whoever reads our output, however slow, without keeping everything else waiting."""

import asyncio
import os
import queue
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


class Output:
    """An open file, written in a thread of its own.

    A terminal that is stopped with Ctrl-S, or a pager, lets a write take minutes; meanwhile the
    broker wants signs of life.

    Args:
        stream: The file.
        gone: Called when nobody reads it any more.
    """

    def __init__(self, stream: TextIO, gone: Callable[[], None]) -> None:
        self._file = stream.fileno()
        self._encoding = stream.encoding
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        # As a daemon, because nothing can wake it while a write blocks.
        threading.Thread(target=self._write_on, daemon=True).start()
        if stat.S_ISFIFO(os.fstat(self._file).st_mode):
            # A pipe never becomes readable at this end, except that its reader has gone.
            self._loop.add_reader(self._file, self._leave)

    def write(self, text: str) -> asyncio.Future[None]:
        """Write all of it; the future is done when that is so."""
        written: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((text.encode(self._encoding, "backslashreplace"), written))
        return written

    def _write_on(self) -> None:
        # When the loop is closed, nobody waits for us any more.
        with suppress(RuntimeError):
            while True:
                content, written = self._waiting.get()
                try:
                    while content:
                        content = content[os.write(self._file, content) :]
                except OSError:
                    self._loop.call_soon_threadsafe(self._leave)
                    return
                self._loop.call_soon_threadsafe(written.set_result, None)

    def _leave(self) -> None:
        self._loop.remove_reader(self._file)
        self._gone()
