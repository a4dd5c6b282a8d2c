"""A pager that is not there: takes real messages on loopback, and shows what it was told."""

import asyncio
from pathlib import Path

from aiohttp import web

from blinkenlights.demo.local_server import LocalServer

FILE = """\
receivers:
  pager: {{webhook: {{url: "{address}/"}}}}

routes:
  - tell: [pager]
    gather: 1s

defaults: {{missing: keep}}

shop is bad:
  endpoint: shop/*
  critical: state == 'failing'

component is silent:
  heartbeat: "*"
  critical: state == 'silent'
"""
"""Who is told of what, as an operator writes it."""
RULES = ("shop is bad", "component is silent")


class Pager(LocalServer):
    """Listens on a free port, within `async with`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        """The titles of messages, in the order in which they came."""
        self._came = asyncio.Event()
        super().__init__(web.post("/", self._take))

    def write_files(self, folder: Path) -> None:
        """Write the file of rules into a new folder."""
        folder.mkdir()
        text = FILE.format(address=f"http://{self.address}")
        (folder / "rules.yml").write_text(text, "utf-8")

    async def was_told(self, seconds: float) -> bool:
        """Return whether each rule was told of, and wait for that so long at most."""
        try:
            async with asyncio.timeout(seconds):
                while not all(any(rule in title for title in self.told) for rule in RULES):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return False
        return True

    async def _take(self, request: web.Request) -> web.Response:
        message = await request.json()
        self.told.append(str(message["title"]))
        self._came.set()
        return web.Response(text="taken")
