"""An orderly end on SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine

log = logging.getLogger("blinkenlights")


async def until_signal(
    work: Coroutine[None, None, None], stop: Callable[[], None], *, is_daemon: bool = True
) -> signal.Signals | None:
    """Do `work`; on SIGTERM or SIGINT `stop` it in an orderly way. Returns which it was, if any.

    A daemon outlives SIGHUP, and says that it does not read its configuration again. What somebody
    watches ends with its terminal.
    """
    loop = asyncio.get_running_loop()
    received: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        # A second one ends the process at once.
        loop.remove_signal_handler(number)
        received.append(number)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    if is_daemon:
        loop.add_signal_handler(signal.SIGHUP, _go_on)
    await work
    return received[0] if received else None


def _go_on() -> None:
    log.warning("SIGHUP: the configuration is not read again; restart to follow a changed one")
