"""A copy of the house with one more kind: its folder, its check and its line in the registry."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from servers.process import ENDS_WITH_PARENT

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
REGISTRY = "lib/blinkenlights/kinds/registry.py"
LINE = re.compile(
    r"^(KINDS: tuple\[Kind, \.\.\.\] = \(\n(?:    \w+,\n)*)(    COLLECTOR,\n\))$", re.MULTILINE
)
LINE_WITH_LAMP = r"from blinkenlights.kinds.lamp.kind import LAMP\n\1    LAMP,\n\2"


class House:
    """A copied tree, whose programs are run as processes of their own.

    Args:
        folder: Where the copy goes.
        environment: What its programs find beside our own environment.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        shutil.copytree(
            ROOT / "lib",
            folder / "lib",
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"),
        )
        shutil.copytree(ROOT / "checks", folder / "checks", ignore=_NO_CACHES)
        shutil.copytree(HERE / "kind", folder / "lib/blinkenlights/kinds/lamp", ignore=_NO_CACHES)
        shutil.copy(HERE / "check_lamp.py", folder / "checks")
        registry = folder / REGISTRY
        before = registry.read_text("utf-8")
        after, lines = LINE.subn(LINE_WITH_LAMP, before)
        assert lines == 1
        registry.write_text(after, "utf-8")
        self._environment = os.environ | {"PYTHONPATH": str(folder / "lib")} | environment
        self._started: list[subprocess.Popen[bytes]] = []

    def call(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run `blinkenlights` with words to its end."""
        return self._run("-m", "blinkenlights", *words, stdin=stdin)

    def check(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `check_<name>` with words, as its program does."""
        return self._run("-c", f"from blinkenlights.checks import {name}; {name}()", *words)

    def evaluate(self, program: str) -> str:
        """Return what a program in Python prints that imports this house."""
        return self._run("-c", program).stdout

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start `blinkenlights` with words; it ends with `close` or with us."""
        log = (self.folder / f"{words[0]}-{len(self._started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, ENDS_WITH_PARENT, "-", sys.executable, "-m", "blinkenlights", *words],
            cwd="/",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        self._started.append(process)
        return process

    def logs(self) -> str:
        """Return what the started programs wrote."""
        return "\n".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End what was started."""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._started:
            process.wait(30)

    def _run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *words],
            cwd="/",
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


_NO_CACHES = shutil.ignore_patterns("__pycache__")
