"""How the checks are asked, and what they answered."""

import asyncio
import os
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class Answer(NamedTuple):
    """What a check said."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """The word for its exit code."""
        return STATES[self.code] if 0 <= self.code < len(STATES) else f"exit code {self.code}"


def program(name: str) -> list[str]:
    """Return how to call one of our programs: beside our interpreter, where installing put it."""
    beside = Path(sys.executable).with_name(name)
    return [str(beside)] if beside.exists() else [name]


async def ask(words: list[str]) -> Answer:
    """Run a check as a monitoring core would, and return what it said."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(),
    )
    output, _ = await process.communicate()
    return Answer(process.returncode or 0, output.decode(errors="replace").rstrip())


def environment() -> dict[str, str]:
    """Return our variables without settings for the daemons of this machine, which lead astray."""
    return {name: value for name, value in os.environ.items() if "BLINKENLIGHTS_" not in name}


def copyable(words: list[str]) -> str:
    """Return a command line for a shell."""
    return shlex.join(words)
