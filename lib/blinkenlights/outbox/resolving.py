"""Names for the clients of channels, looked up so that one that hangs holds up no other.

The system's resolver blocks, and the loop's own has a few threads for all: a dozen receivers whose
name server is away would take them all.
"""

import asyncio
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.resolving import Resolver

ANY = socket.AF_UNSPEC


class PatientResolver(AbstractResolver):
    """Gives aiohttp addresses, each looked up in a thread of its own."""

    def __init__(self) -> None:
        """Look up nothing yet."""
        self._resolver = Resolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = ANY
    ) -> list[ResolveResult]:
        """Return the addresses of a name; raises OSError."""
        found = await _addresses(self._resolver, host, port, family)
        return [
            ResolveResult(hostname=host, host=place[0], port=port, family=each, proto=0, flags=0)
            for each, place in found
        ]

    async def close(self) -> None:
        """Wait for no answer any more."""
        self._resolver.close()


async def connected(host: str, port: int) -> socket.socket:
    """Return a connection to the first address that takes it; raises OSError."""
    resolver = Resolver()
    try:
        found = await _addresses(resolver, host, port, ANY)
    finally:
        resolver.close()
    refused: OSError = OSError(None, f"the name {host} has no address")
    for family, place in found:
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connection, place)
        except OSError as error:
            connection.close()
            refused = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise refused


async def _addresses(
    resolver: Resolver, host: str, port: int, family: socket.AddressFamily
) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        return await resolver.addresses(host, port, family)
    except Failure as failure:
        raise OSError(None, failure.sentence) from None
