"""A server on loopback for as long as it is needed, on a port that was free."""

from types import TracebackType
from typing import Self

from aiohttp import web


class LocalServer:
    """Listens within `async with`.

    Args:
        routes: What it answers.
    """

    def __init__(self, *routes: web.RouteDef) -> None:
        application = web.Application()
        application.add_routes(routes)
        self._runner = web.AppRunner(application, access_log=None)

    @property
    def address(self) -> str:
        """Host and port: `127.0.0.1:40123`."""
        host, port = self._runner.addresses[0][:2]
        return f"{host}:{port}"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        await self._runner.cleanup()
