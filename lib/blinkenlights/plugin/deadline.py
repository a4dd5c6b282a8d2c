"""One deadline for a whole check, from its first line to its last.

A thread ends the process when time is up, whatever the main thread hangs in: connecting, a name
server, an answer that never comes. An exception could be swallowed on its way, and the handler of a
signal waits until a C call returns; both have left checks hanging for hours elsewhere.
"""

import _thread
import os
import time

# Not signal: it makes an enum of every signal.
from _signal import (  # type: ignore[import-not-found]
    SIG_BLOCK,
    SIGTERM,
    pthread_sigmask,
    sigtimedwait,
)

doing = "starting"
"""What the check is busy with, for the sentence that says where it hung."""

_started = _ends = 0.0


def arm(name: str, seconds: float) -> None:
    """Give this process `seconds` from the first call; then it answers UNKNOWN and exits with 3.

    `name` begins the answer. Called again, this moves the end. SIGTERM ends the process at once, in
    the same way.
    """
    global _started, _ends  # noqa: PLW0603 - there is one deadline a process
    _started = _started or time.monotonic()
    if _ends == _started + seconds:
        return
    _ends = _started + seconds
    pthread_sigmask(SIG_BLOCK, {SIGTERM})
    _thread.start_new_thread(_watch, (name, seconds, _ends))


def left(seconds: float) -> float:
    """Return how many seconds are left to this process; all of them where it has no deadline."""
    return _ends - time.monotonic() if _ends else seconds


def busy_with(what: str) -> None:
    """Say what comes next, for the sentence that would say where it hung."""
    from blinkenlights.plugin.words import clean  # noqa: PLC0415 - the deadline comes first

    global doing  # noqa: PLW0603
    doing = clean(what)


def _watch(name: str, seconds: float, ends: float) -> None:
    told = sigtimedwait({SIGTERM}, max(0.0, ends - time.monotonic()))
    if told is None and ends != _ends:
        return
    why = f"no result within {seconds:g}s" if told is None else "told to end by SIGTERM"
    try:
        line = f"{name} UNKNOWN: {why}, still {doing}\n"
        os.write(1, line.encode(errors="backslashreplace"))
    finally:
        os._exit(3)
