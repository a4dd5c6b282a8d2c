"""Clients of others that are written in JavaScript."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from servers.missing import program, without

SCRIPTS = Path(__file__).parents[1] / "clients"
MODULES = Path(sys.prefix) / "clients" / "node_modules"
SECONDS = 30


def emit(uri: str, events: Sequence[dict[str, Any]]) -> None:
    """Send events with numbat-emitter, as the app `www`; skips or fails where it is not there."""
    _run("emit.js", uri, json.dumps(events))


def monitor(uri: str) -> None:
    """Have a process measure itself with numbat-process, as the app `worker`."""
    _run("monitor.js", uri)


def _run(script: str, *words: str) -> None:
    node = program("node", "/usr/bin/nodejs")
    if node is None or not MODULES.exists():
        without("numbat-emitter")
    # Modules are looked for from where a script is, unless the environment says more.
    subprocess.run(
        [node, SCRIPTS / script, *words],
        env=os.environ | {"NODE_PATH": str(MODULES)},
        check=True,
        timeout=SECONDS,
    )
