"""A web shop that is not there: it answers real probes on loopback, and goes bad when told to."""

import asyncio
from pathlib import Path

from aiohttp import web

from blinkenlights.demo.local_server import LocalServer

HEALTH = "shop/health"
SEARCH = "shop/search"
PORT = "shop/port"
SLOW_SECONDS = 0.5
DEFAULTS = """\
defaults:
  every: 2s
  labels: {team: shop}

"""
"""The file before any endpoint is in it."""
ENDPOINTS = """\
shop/health:
  url: http://{address}/health
  json: {{status: ok}}
  tests: json.queue.depth < 100
  failures: 2 of 3
  recoveries: 2
  capture: [queue.depth]

shop/search:
  url: http://{address}/search
  degraded: time.total > 0.25

shop/port:
  url: tcp://{address}
"""
"""What is expected of its endpoints, as an operator writes it."""


class Shop(LocalServer):
    """Answers on a free port, within `async with`."""

    def __init__(self) -> None:
        self._is_bad = False
        super().__init__(web.get("/health", self._health), web.get("/search", self._search))

    def go_bad(self) -> None:
        """Fill the queue, and search slowly."""
        self._is_bad = True

    def write_files(self, folder: Path) -> None:
        """Write the file of its endpoints, or write them into it."""
        text = DEFAULTS + ENDPOINTS.format(address=self.address)
        (folder / "shop.yml").write_text(text, "utf-8")

    async def _health(self, _request: web.Request) -> web.Response:
        depth = 250 if self._is_bad else 4
        return web.json_response({"status": "ok", "queue": {"depth": depth}})

    async def _search(self, _request: web.Request) -> web.Response:
        if self._is_bad:
            await asyncio.sleep(SLOW_SECONDS)
        return web.json_response({"found": 3})
