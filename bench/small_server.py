"""Answers every HTTP request with the same small JSON and closes the connection.

    python small_server.py [SECONDS [CERTIFICATE KEY]]

It answers so many seconds later, and speaks TLS with the certificate and key in those files. It
prints its port, and does as little as can be, so that the client is what is measured.
"""

import asyncio
import ssl
import sys

GIVEN = dict(zip(("latency", "certificate", "key"), sys.argv[1:], strict=False))
LATENCY = float(GIVEN.get("latency", 0))
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
    spoken = None
    if "certificate" in GIVEN:
        spoken = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        spoken.load_cert_chain(GIVEN["certificate"], GIVEN["key"])
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024, ssl=spoken)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
