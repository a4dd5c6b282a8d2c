"""Work that blocks, in a thread of its own, which dies with the process.

Threads of a pool are few, and are waited for at the end: an output that drips its answer for ever
would keep one from all others, and the process from its end.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T], name: str) -> T:
    """Return what comes of work, or raise what it raises. Whoever is cancelled leaves it alone."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(how: Callable[[], None]) -> None:
        if not answer.cancelled():
            how()

    def block() -> None:
        how: Callable[[], None]
        try:
            how = partial(answer.set_result, work())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            how = partial(answer.set_exception, error)
        # The loop may have ended in the meantime.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, how)

    threading.Thread(target=block, name=name, daemon=True).start()
    return await answer
