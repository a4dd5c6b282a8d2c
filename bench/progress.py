"""Says on stderr what is being measured, and how far it is."""

import sys
import time

_STARTED = time.monotonic()
_is_terminal = sys.stderr.isatty()


def say(what: str) -> None:
    """Say what comes next, with the seconds since the start, on a line of its own."""
    _clear()
    print(f"{time.monotonic() - _STARTED:4.0f}s  {what}", file=sys.stderr, flush=True)


def step(what: str, done: int, total: int) -> None:
    """Say how far it is; on a terminal only, in one line that is written over."""
    if _is_terminal:
        _clear()
        if done < total:
            print(f"       {what} {done}/{total}", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if _is_terminal:
        print("\r\033[K", end="", file=sys.stderr)
