"""Work that blocks, in a thread of its own, which dies with the process.

Threads of a pool are few, and are waited for at the end: an output that drips its answer for ever
would keep one from all others, and the process from its end.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T], name: str) -> T:
    """Return what comes of work, or raise what it raises. Whoever is cancelled leaves it alone."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, error: Exception | None) -> None:
        if answer.cancelled():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)  # type: ignore[arg-type]

    def block() -> None:
        found: T | None = None
        why: Exception | None = None
        try:
            found = work()
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            why = error
        # The loop may have ended in the meantime.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, found, why)

    threading.Thread(target=block, name=name, daemon=True).start()
    return await answer
