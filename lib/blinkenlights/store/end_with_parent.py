"""Run a command that ends when its parent ends: `end_with_parent.py PARENT USER COMMAND...`.

The kernel sends it SIGTERM when the process PARENT dies, however that came about. USER is whom it
runs as, `-` for us. A program of its own, because nothing of Python is safe between fork and exec
in a process that has threads.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command."""
    parent, user, *command = sys.argv[1:]
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    # After setuid: a change of user forgets the signal.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == int(parent):  # else it died before it could be watched
        os.execv(command[0], command)  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main()
