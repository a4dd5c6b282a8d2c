"""How long a program takes from its start to its end, as a monitoring core sees it."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}


def seconds(command: Sequence[str | Path], exit_code: int = 0) -> float:
    """Run a command with nothing on stdin and its output thrown away; return how long it took.

    With posix_spawn, because what subprocess does around fork would be measured too. Raises
    RuntimeError when it ends with another code: it did not do what was to be measured.
    """
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    started = time.perf_counter()
    pid = os.posix_spawn(command[0], tuple(command), _ENVIRONMENT, file_actions=nothing)
    _, status = os.waitpid(pid, 0)
    took = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    if code != exit_code:
        text = " ".join(map(str, command))
        raise RuntimeError(f"{text} ended with {code} instead of {exit_code}")
    return took
