"""It is told when a folder may have changed, whatever becomes of the folder."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from blinkenlights.yaml_files.watching import changes

PATIENCE = 20.0
"""Seconds until a test gives up."""


async def next_of(told: AsyncIterator[None]) -> None:
    """Wait until it is told."""
    async with asyncio.timeout(PATIENCE):
        await anext(told)


def test_a_written_file_is_told(tmp_path: Path) -> None:
    """Without waiting for the scan, which is an hour away."""

    async def run() -> None:
        stopping = asyncio.Event()
        told = changes(tmp_path, stopping, 3600.0)
        await next_of(told)
        waiting = asyncio.ensure_future(anext(told))
        async with asyncio.timeout(PATIENCE):
            while not waiting.done():
                (tmp_path / "a.yml").write_text("a: 1\n")
                await asyncio.wait([waiting], timeout=0.3)
        stopping.set()

    asyncio.run(run())


def test_a_file_that_is_written_before_the_watch_is_there_is_told(tmp_path: Path) -> None:
    """Whoever looked just before is told once more, and does not wait for the scan."""

    async def run() -> None:
        told = changes(tmp_path, asyncio.Event(), 3600.0)
        await next_of(told)
        (tmp_path / "a.yml").write_text("a: 1\n")
        await next_of(told)

    asyncio.run(run())


def test_without_a_change_it_is_told_at_each_scan(tmp_path: Path) -> None:
    """A change may have been missed."""

    async def run() -> None:
        told = changes(tmp_path, asyncio.Event(), 0.05)
        for _ in range(3):
            await next_of(told)

    asyncio.run(run())


def test_a_folder_that_comes_later_is_told(tmp_path: Path) -> None:
    """It is looked for again and again."""

    async def run() -> None:
        folder = tmp_path / "later"
        told = changes(folder, asyncio.Event(), 0.1)
        await next_of(told)
        folder.mkdir()
        for _ in range(3):
            await next_of(told)

    asyncio.run(run())


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """Also while the folder is missing."""

    async def run() -> None:
        stopping = asyncio.Event()
        told = changes(tmp_path / "missing", stopping)
        await next_of(told)
        asyncio.get_running_loop().call_soon(stopping.set)
        async with asyncio.timeout(PATIENCE):
            assert [each async for each in told] == []

    asyncio.run(run())
