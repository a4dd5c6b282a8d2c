"""Work for a store that fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from blinkenlights.errors import (
    StoreError,
)
from blinkenlights.store.client import StoreClient
from blinkenlights.store.writer import StoreWriter
from servers.batches import batch_of
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey

OwnValkey = Callable[..., Valkey]
Simulate = Callable[..., Simulation]
Work = Callable[[StoreClient], Awaitable[object]]


def fail(url: str, work: Work | None = None, **options: Any) -> StoreError:  # noqa: ANN401
    """Return the error that storing a heartbeat raises, or other `work`."""

    async def attempt() -> StoreError:
        store = StoreClient(url, **options)
        try:
            if work is None:
                await StoreWriter(store).store(batch_of([Simulation.heartbeat(NEVER, "x")]))
            else:
                await work(store)
        except StoreError as error:
            return error
        finally:
            await store.close()
        raise AssertionError("it worked")

    return asyncio.run(attempt())


class _Never(Simulation):
    def __init__(self) -> None:
        self.now = NOW


NEVER = _Never()
"""Somewhere to take a heartbeat from, without any store."""
