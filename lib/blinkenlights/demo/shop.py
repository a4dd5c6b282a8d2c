"""A web shop that is not there: it answers real probes on loopback, and goes bad when told to."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

HEALTH = "shop/health"
SEARCH = "shop/search"
SLOW_SECONDS = 0.5
FILE = """\
defaults:
  every: 2s
  labels: {{team: shop}}

shop/health:
  url: {address}/health
  json: {{status: ok}}
  tests: json.queue.depth < 100
  failures: 2 of 3
  recoveries: 2
  capture: [queue.depth]

shop/search:
  url: {address}/search
  degraded: time.total > 0.25

shop/port:
  url: tcp://{host}
"""
"""What is expected of its endpoints, as an operator writes it."""


class Shop:
    """Answers on a free port, within `async with`."""

    def __init__(self) -> None:
        self._is_bad = False
        application = web.Application()
        application.router.add_get("/health", self._health)
        application.router.add_get("/search", self._search)
        self._runner = web.AppRunner(application, access_log=None)

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Answer no more."""
        await self._runner.cleanup()

    def go_bad(self) -> None:
        """Fill the queue, and search slowly."""
        self._is_bad = True

    def write_files(self, folder: Path) -> None:
        """Write the file of its endpoints into a new folder."""
        host, port = self._runner.addresses[0][:2]
        folder.mkdir()
        where = {"address": f"http://{host}:{port}", "host": f"{host}:{port}"}
        (folder / "shop.yml").write_text(FILE.format(**where), "utf-8")

    async def _health(self, _request: web.Request) -> web.Response:
        depth = 250 if self._is_bad else 4
        return web.json_response({"status": "ok", "queue": {"depth": depth}})

    async def _search(self, _request: web.Request) -> web.Response:
        if self._is_bad:
            await asyncio.sleep(SLOW_SECONDS)
        return web.json_response({"found": 3})
