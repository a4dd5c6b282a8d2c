"""How the tests call `blinkenlights`: in this process, or as a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from servers.waiting import wait_until


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]
"""Calls the command with words."""


class Running:
    """A command that runs as a process of its own; its output goes to files."""

    def __init__(self, words: list[str], folder: Path) -> None:
        number = len(list(folder.glob("*.out")))
        self._out = folder / f"{number}.out"
        self._err = folder / f"{number}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "blinkenlights", *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> str:
        """What it printed until now."""
        return self._out.read_text(errors="replace")

    @property
    def err(self) -> str:
        """What it logged until now."""
        return self._err.read_text(errors="replace")

    def wait_for(self, condition: Callable[[], object], what: str, seconds: float = 15.0) -> None:
        """Wait for a condition; fails with what was logged when the process ends before."""

        def is_true() -> bool:
            if condition():
                return True
            assert self.process.poll() is None, f"ended: {self.out}\n{self.err}"
            return False

        wait_until(is_true, what, seconds)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)


Start = Callable[..., Running]
"""Starts the command with words."""
