"""How a server is started, watched and ended: by its process id, whatever happens to the test."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from servers.waiting import wait_until

ENDS_WITH_PARENT = Path(__file__).with_name("ends_with_parent.py")


def make_folder(name: str, user: str | None = None) -> Path:
    """Return a new temporary folder, owned by `user` when given and we are root.

    Not pytest's tmp_path: that is closed to other users and too long for a Unix socket.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"blinkenlights-{name}-"))
    if user is not None and os.geteuid() == 0:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder and what is in it."""
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class ServerProcess:
    """One server process, tied to our own life.

    Its output goes to `log` in its folder, and into the error when it does not start.
    """

    command: list[str]
    folder: Path
    is_ready: Callable[[], object]
    user: str | None = None
    environment: Mapping[str, str] | None = None
    start_seconds: float = 10.0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Where its standard output and error go."""
        return self.folder / "output.log"

    @property
    def pid(self) -> int:
        """Its process id; raises RuntimeError when it was never started."""
        if self._process is None:
            raise RuntimeError(f"{self.command[0]} was never started")
        return self._process.pid

    def is_running(self) -> bool:
        """Return whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready.

        Raises:
            RuntimeError: It ended instead; the text holds the end of its output.
        """
        user = self.user if self.user is not None and os.geteuid() == 0 else "-"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(ENDS_WITH_PARENT), user, *self.command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(self._is_up, f"{self.command[0]} to start", self.start_seconds)
        except BaseException:
            self.kill()
            raise

    def _is_up(self) -> bool:
        if not self.is_running():
            output = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.command[0]} ended while starting:\n{output}")
        return bool(self.is_ready())

    def stop(self, seconds: float = 10.0) -> None:
        """End it in its own way (SIGTERM); by force when it takes longer than `seconds`."""
        self._end(signal.SIGTERM, seconds)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self._end(signal.SIGKILL, 10.0)

    def pause(self) -> None:
        """Stop it from running while its connections stay open (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it run again after `pause`."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals, seconds: float) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(seconds)
