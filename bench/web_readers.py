"""The first byte of the page of 100,000 components, while 50 readers ask without a pause."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from prepared_store import fill, reported
from progress import say
from servers.ports import find_free_port
from servers.process import ServerProcess, make_folder, remove_folder
from table import Limit, Line
from workplace import Workplace

COMPONENTS = 100_000
READERS = 50
SECONDS = 20.0


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield a line for the page, and one for the same as JSON."""
    store = workplace.store()
    say(f"web: storing {COMPONENTS:,} components")
    fill(store.url, COMPONENTS)
    with reported(store.url), serving(workplace.programs / "blinkenlights", store.url) as base:
        for what, path in (("page", "/"), ("API", "/api/v1/status")):
            say(f"web: {READERS} readers of the {what} for {SECONDS:g} seconds")
            yield first_byte(f"{what}, {COMPONENTS:,} components", f"{base}{path}")
    store.stop()


def first_byte(what: str, url: str) -> Line:
    """Return the line of how long it takes until the first byte of an address is there."""
    times = asyncio.run(_read(url))
    worst = 1000 * times[int(0.99 * len(times))]
    return Line(
        f"{what}, {READERS} readers: first byte, 99%",
        f"{worst:.0f} ms (median {1000 * times[len(times) // 2]:.0f} ms, "
        f"{len(times) / SECONDS:.0f}/s)",
        "",
        worst,
        wanted=Limit(most=300),
    )


@contextmanager
def serving(program: Path, store: str) -> Iterator[str]:
    """Give the address of a web server on a store."""
    folder, port = make_folder("web"), find_free_port()
    process = _server(program, folder, store, port)
    process.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()
        remove_folder(folder)


def _server(program: Path, folder: Path, store: str, port: int) -> ServerProcess:
    config = folder / "blinkenlights.toml"
    config.write_text(
        f'[store]\nurl = "{store}"\n[web]\nlisten = "127.0.0.1:{port}"\nrate = 100000\n'
        f'tokens_file = "{folder / "web.tokens"}"\n'
    )
    process = ServerProcess(
        [str(program), "web", "--config", str(config)],
        folder=folder,
        is_ready=lambda: "serving at" in process.log.read_text(),
    )
    return process


async def _read(url: str) -> list[float]:
    """Return how long each first byte took, shortest first; each is a connection of its own."""
    times: list[float] = []
    until = time.monotonic() + SECONDS
    connector = aiohttp.TCPConnector(limit=READERS, force_close=True)
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:

        async def reader() -> None:
            while time.monotonic() < until:
                began = time.perf_counter()
                async with session.get(url) as answer:
                    times.append(time.perf_counter() - began)
                    await answer.read()

        await asyncio.gather(*(reader() for _ in range(READERS)))
    return sorted(times)
