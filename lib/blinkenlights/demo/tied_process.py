"""A process beside the demo that ends with it, however the demo ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from blinkenlights.store.embedded import TIED

END_SECONDS = 5.0


class TiedProcess:
    """Runs from `start` to `end`, to its own end, or to ours.

    Args:
        words: The command.
        folder: Where it works.
        log: Where its output goes.
        environment: Its variables.
        user: Whom it runs as; `-` for us.
    """

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        user: str = "-",
    ) -> None:
        self.words = words
        self._folder = folder
        self._log = log
        self._environment = environment
        self._user = user
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """Return whether it was started, and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; raises OSError."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", TIED, str(os.getpid()), self._user, *self.words),
                cwd=self._folder,
                env=dict(self._environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal is for the demo, which ends what it started.
                start_new_session=True,
            )

    async def kill(self) -> None:
        """End it as a crash would."""
        await self._end(signal.SIGKILL)

    async def end(self) -> None:
        """End it in its own way; by force when that takes long."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), END_SECONDS)
            return
        process.kill()
        await process.wait()
