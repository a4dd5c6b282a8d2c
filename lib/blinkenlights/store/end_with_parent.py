"""Run a command that ends when its parent ends: `python end_with_parent.py PARENT COMMAND...`.

The kernel sends it SIGTERM when the process PARENT dies, however that came about. A program of its
own, because nothing of Python is safe between fork and exec in a process that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == int(parent):  # else it died before it could be watched
        os.execv(command[0], command)  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main()
