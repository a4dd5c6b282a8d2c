"""How aiohttp gets its connections from us.

aiohttp tells neither how long TCP took apart from TLS, nor when the first byte came, nor which
address it tried last, and its own resolver shares a few threads among all. One method of its
connector is replaced for that, and the protocol of a connection notes its first byte. Neither is
a documented seam of aiohttp: were it to change, the resolver that must not be asked says so.
"""

import asyncio
import functools
from time import perf_counter
from typing import NoReturn

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler

from blinkenlights.probe.asking.dialing import dial
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.handshaking import speak_tls
from blinkenlights.probe.asking.progress import CURRENT
from blinkenlights.probe.asking.resolving import Resolver


class NotingProtocol(ResponseHandler):
    """Notes when the first byte of an answer came."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Belong to the probe that runs."""
        super().__init__(loop)
        self._progress = CURRENT.get()
        # Of a proxy there may have been another one, for the tunnel.
        self._progress.first_byte = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the probe end the connection."""
        self._progress.transport = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Note the first one."""
        progress = self._progress
        if progress.first_byte is None:
            progress.first_byte = perf_counter() - progress.ready_at
        super().data_received(data)


class DiallingConnector(aiohttp.TCPConnector):
    """Makes a fresh connection for each request, and notes how it went."""

    def __init__(self, resolver: Resolver) -> None:
        """Resolve names with this."""
        super().__init__(force_close=True, limit=0, use_dns_cache=False, resolver=_NeverAsked())
        self._ours = resolver
        self._factory = functools.partial(NotingProtocol, loop=self._loop)  # type: ignore[assignment]

    async def _create_direct_connection(
        self, req: aiohttp.ClientRequest, *_: object, **options: object
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        """Return the connection to a server, or to a proxy; raises Failure."""
        progress = CURRENT.get()
        host, port = req.url.raw_host, req.url.port
        if host is None or port is None:
            raise Failure("settings", "the URL names no host")
        is_proxy = options.get("client_error") is aiohttp.ClientProxyConnectionError
        try:
            connected = await dial(progress, self._ours, host, port)
        except Failure as failure:
            if is_proxy:
                raise Failure("proxy", f"of the proxy: {failure.sentence}") from failure
            raise
        if req.is_ssl():
            # Each request for https names its context, and so does that for a proxy.
            context = self._get_ssl_context(req)
            if context is None:
                raise Failure("settings", "it is not said how TLS is spoken")
            name = req.server_hostname or host
            return await speak_tls(progress, self._factory, connected, context, name)
        return await self._loop.create_connection(self._factory, sock=connected)


class _NeverAsked(AbstractResolver):
    """Is in the place of aiohttp's resolver."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> NoReturn:
        """Refuse."""
        raise AssertionError(f"aiohttp resolves {host}:{port} ({family}) by itself")

    async def close(self) -> None:
        """Have nothing to close."""
