"""Tells when a folder may have changed: at once where the kernel tells, and every half minute."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import awatch

SCAN_SECONDS = 30.0
MISSING_SECONDS = 2.0
"""How long to wait for a folder that is not there."""
AFTER_SECONDS = 1.0
"""How long after a watch is set up what changed just before it is looked for."""


async def changes(
    folder: Path, stopping: asyncio.Event, scan_seconds: float = SCAN_SECONDS
) -> AsyncIterator[None]:
    """Yield whenever the folder is to be looked at again, until `stopping` is set.

    The watch is set up anew with each scan: a folder that was swapped for another one of the same
    name, as Kubernetes and careful people do, would be watched no more.
    """
    while not stopping.is_set():
        yield
        quiet = 0.0
        step = min(AFTER_SECONDS, scan_seconds)
        try:
            # Every change counts, also of what only the folder's own links lead to.
            watch = awatch(
                folder,
                watch_filter=None,
                stop_event=stopping,
                rust_timeout=int(1000 * step),
                yield_on_timeout=True,
                recursive=False,
                debounce=200,
            )
            async for found in watch:
                quiet += 0.0 if found else step
                if quiet >= scan_seconds:
                    break
                if found or quiet == step:
                    yield
        except OSError:
            await _rest(stopping, MISSING_SECONDS)
        except RuntimeError:
            # There are no more watches to be had from the kernel.
            await _rest(stopping, scan_seconds)


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
