"""One deadline for a whole check, from its first line to its last.

A thread ends the process when time is up, whatever the main thread hangs in: connecting, a name
server, an answer that never comes. An exception could be swallowed on its way, and a signal waits
until a C call returns; both have left checks hanging for hours elsewhere.
"""

import _thread
import os
import time

doing = "starting"
"""What the check is busy with, for the sentence that says where it hung."""

_moved = _thread.allocate_lock()
_ends = 0.0
_seconds = 0.0
_name = ""


def arm(name: str, seconds: float) -> None:
    """Give this process `seconds` from now; then it prints UNKNOWN for `name` and exits with 3.

    Called again, it moves the end; the thread is started once.
    """
    global _ends, _seconds, _name  # noqa: PLW0603 - there is one deadline a process
    first = not _ends
    _name, _seconds = name, seconds
    _ends = time.monotonic() + seconds
    if first:
        _moved.acquire()
        _thread.start_new_thread(_watch, ())
    elif _moved.locked():
        _moved.release()


def busy_with(what: str) -> None:
    """Say what comes next, for the sentence that would say where it hung."""
    global doing  # noqa: PLW0603
    doing = what


def _watch() -> None:
    while (left := _ends - time.monotonic()) > 0:
        _moved.acquire(timeout=left)
    line = f"{_name} UNKNOWN: no result within {_seconds:g}s, still {doing}\n"
    os.write(1, line.encode(errors="backslashreplace"))
    os._exit(3)
