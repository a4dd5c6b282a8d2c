"""Answers every HTTP request with the same small JSON and closes the connection.

    python small_server.py [SECONDS]

It answers so many seconds later. Prints its port. It does as little as can be, so that the client
is what is measured.
"""

import asyncio
import sys

LATENCY = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
BODY = b'{"status": "ok", "queue": {"depth": 17}, "up": 42}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)


class Answering(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take each piece that ends in an empty line for a request."""
        if data.endswith(b"\r\n\r\n"):
            if LATENCY:
                asyncio.get_running_loop().call_later(LATENCY, self._transport.write, ANSWER)
            else:
                self._transport.write(ANSWER)


async def main() -> None:
    """Serve until ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
