"""Probes a cpu-second on their way to an observation, against a bare aiohttp loop.

Both make a fresh connection for each request, to the same server, which has a process of its own.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp

from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Request
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

REQUESTS = 3_000
AT_ONCE = 20
ROUNDS = 7
SERVER = Path(__file__).parent / "small_server.py"


async def _bare(url: str) -> None:
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one() -> None:
            async with session.get(url) as response:
                await response.read()

        await _together(one)


async def _asker(url: str) -> None:
    request = Request("http", url, url)
    async with Asker() as asker:

        async def one() -> None:
            observation = await asker.ask(request, time.time)
            assert not observation.trouble, observation.sentence

        await _together(one)


async def _together(one: Callable[[], Awaitable[None]]) -> None:
    async def some() -> None:
        for _ in range(REQUESTS // AT_ONCE):
            await one()

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


def _rate(subject: Callable[[str], Awaitable[None]], url: str) -> float:
    """Return requests per second of this process's cpu."""

    async def run() -> float:
        began = time.process_time()
        await subject(url)
        return REQUESTS / (time.process_time() - began)

    return asyncio.run(run())


def bare_rate(url: str) -> float:
    """Return requests per cpu-second of a bare aiohttp loop."""
    return _rate(_bare, url)


def measure(_: Workplace | None = None) -> Iterator[Line]:
    """Yield the line."""
    say(f"probes: {REQUESTS:,} fresh HTTP requests, {ROUNDS} rounds")
    with subprocess.Popen(
        [sys.executable, str(SERVER)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/health"
        try:
            figures = take_turns(
                "probes", ROUNDS, bare=lambda: _rate(_bare, url), asker=lambda: _rate(_asker, url)
            )
        finally:
            server.terminate()
    yield Line(
        "probes over fresh HTTP, up to the observation",
        f"{figures.median('asker'):,.0f} a cpu-second",
        f"{figures.median('bare'):,.0f} a cpu-second, bare aiohttp",
        figures.ratio("asker", "bare"),
        wanted=Limit(least=0.8),
    )
