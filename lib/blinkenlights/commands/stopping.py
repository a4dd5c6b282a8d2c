"""An orderly end on SIGTERM or Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable, Coroutine


async def until_signal(
    work: Coroutine[None, None, None], stop: Callable[[], None]
) -> signal.Signals | None:
    """Do `work`; on SIGTERM or SIGINT `stop` it in an orderly way. Returns which it was, if any."""
    loop = asyncio.get_running_loop()
    received: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        # A second one ends the process at once.
        loop.remove_signal_handler(number)
        received.append(number)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    await work
    return received[0] if received else None
