"""`blinkenlights` as processes of its own, with nothing of this machine's settings."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.process import ServerProcess

Program = Callable[..., ServerProcess]


@contextmanager
def programs(folder: Path) -> Iterator[Program]:
    """Give a function that makes a process with words; not yet started, and killed at the end."""
    made: list[ServerProcess] = []

    def make(*words: object) -> ServerProcess:
        own = folder / f"process{len(made)}"
        own.mkdir()
        environment = {name: os.environ[name] for name in os.environ if "BLINKENLIGHTS" not in name}
        environment["BLINKENLIGHTS_STATE"] = str(own)
        process = ServerProcess(
            [sys.executable, "-m", "blinkenlights", *map(str, words)],
            folder=own,
            is_ready=lambda: True,
            environment=environment,
        )
        made.append(process)
        return process

    try:
        yield make
    finally:
        for each in made:
            each.kill()
