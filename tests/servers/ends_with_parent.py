"""Run a command as another user, so that it ends when the process that started it ends.

    python ends_with_parent.py USER COMMAND...        USER is "-" to stay who we are

The kernel sends SIGTERM to the command when our parent dies, so a test run that is killed leaves no
server behind. Its own program because it must run between fork and exec, where Python code of a
process with threads may hang.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command."""
    user, *command = sys.argv[1:]
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    if sys.platform == "linux":
        # After setuid: a change of user forgets the signal.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvp(command[0], command)  # noqa: S606 - no shell is what we want


main()
