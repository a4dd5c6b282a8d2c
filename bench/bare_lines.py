"""Reads JSON lines from a TCP socket, decodes each with msgspec, and does nothing with them.

    python bare_lines.py PORT LINES

Prints the monotonic time at which the last line was decoded.
"""

import asyncio
import sys
import time

import msgspec


class Lines(asyncio.Protocol):
    """Decodes what one connection sends, until `wanted` lines have come."""

    def __init__(self, wanted: int, done: asyncio.Event) -> None:
        """Begin."""
        self._left = wanted
        self._done = done
        self._rest = b""
        self._decode = msgspec.json.Decoder().decode

    def data_received(self, data: bytes) -> None:
        """Decode the lines that are whole."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._decode(line)
        self._left -= len(lines)
        if not self._left:
            print(time.monotonic())
            self._done.set()


async def main() -> None:
    """Serve what the command line names."""
    port, wanted = int(sys.argv[1]), int(sys.argv[2])
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Lines(wanted, done), "127.0.0.1", port)
    async with server:
        await done.wait()


asyncio.run(main())
