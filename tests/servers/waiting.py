"""Waiting for a condition, with a deadline, instead of sleeping for a guessed time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str, seconds: float = 60.0) -> T:
    """Ask `condition` until it gives something true, and return that.

    Args:
        condition: Asked about fifty times a second; what it raises is not caught.
        what: What is waited for, for the error: "the collector to connect".
        seconds: How long to wait at most.

    Raises:
        TimeoutError: It did not happen in time; the text holds the last answer.
    """
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g}s for {what}; last answer: {answer!r}")
        pause.wait(0.02)


def wait_for_end(thread: threading.Thread, seconds: float = 30.0) -> None:
    """Wait until a thread has ended; raises TimeoutError.

    What goes on in a store that tests share would make others fail, which are right.
    """
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"waited {seconds:g}s for the end of {thread.name}")
