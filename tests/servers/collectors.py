"""Collectors as processes of their own, which can be killed and started again."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from servers.process import ServerProcess

MakeCollector = Callable[..., ServerProcess]
_AS_INSTALLED = ("-m", "blinkenlights")


@pytest.fixture
def make_collector(tmp_path: Path) -> Iterator[MakeCollector]:
    """Give a function that makes `blinkenlights collect` of a name, not yet started.

    It takes the name, the configuration, and what Python is to run in place of the program.
    """
    made: list[ServerProcess] = []

    def make(name: str, config: str, run: Sequence[str] = _AS_INSTALLED) -> ServerProcess:
        folder = tmp_path / name
        folder.mkdir()
        file = folder / "blinkenlights.toml"
        file.write_text(config)
        command = [sys.executable, *run, "collect", "--config", str(file)]
        made.append(ServerProcess(command, folder, lambda: True, environment=os.environ))
        return made[-1]

    yield make
    for process in made:
        process.kill()
