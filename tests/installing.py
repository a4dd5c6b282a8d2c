"""Does what the README says under "Install for production", as root of a root that is thrown away.

Run as a program there, with nothing but what Debian has: `python3 tests/installing.py README.md`
prints what was run as JSON. Servers are those of the root, in a network of its own. There is no
systemd in a root without a machine, so `systemctl` is this program as well, which starts what a
unit says, as the user that it says.
"""

import ctypes
import fcntl
import json
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

HEADING = "## Install for production\n"
_BLOCK = re.compile(r"^( *)```(console|toml)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_STAND_IN = f'#!/bin/sh\nexec /usr/bin/python3 {Path(__file__).resolve()} systemctl "$@"\n'
CLONE_NEWNET = 0x40000000


class Step(NamedTuple):
    """A command, or a file to write."""

    command: str
    path: str = ""
    text: str = ""


def steps(readme: str) -> Iterator[Step]:
    """Yield what the README tells to do, in its order."""
    section = readme.partition(HEADING)[2].partition("\n## ")[0]
    for _, language, block in _BLOCK.findall(section):
        text = dedent(block)
        if language == "toml":
            path = text.partition("\n")[0].removeprefix("# ")
            yield Step("", path, text)
            continue
        for line in text.splitlines():
            if line.startswith("# "):
                yield Step(line.removeprefix("# "))


def main(readme: Path) -> None:
    """Do all of it and print each command with its exit code and output."""
    Path("/usr/local/sbin/systemctl").write_text(_STAND_IN)
    Path("/usr/local/sbin/systemctl").chmod(0o755)
    todo = list(steps(readme.read_text("utf-8")))
    last_from_outside = max(n for n, step in enumerate(todo) if "pip install" in step.command)
    done = []
    for number, step in enumerate(todo):
        if step.path:
            # Only what a command made with an owner and a mode is filled.
            with Path(step.path).open("r+") as file:
                file.write(step.text)
            continue
        done.append((step.command, *_run(step.command)))
        if number == last_from_outside:
            _leave_the_network()
            _start_servers()
    modes = {
        str(path): (path.owner(), path.group(), f"{path.stat().st_mode & 0o777:o}")
        for path in sorted(Path("/etc/blinkenlights").rglob("*"))
    }
    print(json.dumps({"done": done, "modes": modes}))  # noqa: T201


def _run(command: str) -> tuple[int, str]:
    deadline = time.monotonic() + 30
    while True:
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        # Whoever reads the README takes longer to come here than the collector to start.
        if "no collector" not in done.stdout or time.monotonic() > deadline:
            return done.returncode, done.stdout
        time.sleep(0.5)


def _leave_the_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no network of its own")
    with socket.socket() as any_socket:
        up = struct.pack("16sh14x", b"lo", 1)
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS


def _start_servers() -> None:
    subprocess.run(["redis-server", "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL)
    subprocess.Popen(
        ["rabbitmq-server"],
        env=os.environ | {"RABBITMQ_NODENAME": "rabbit@localhost"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for port in (6379, 5672):
        _wait_for(port)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def systemctl(words: list[str]) -> int:
    """Start a unit for `enable --now UNIT`; returns the exit code."""
    if words == ["daemon-reload"]:
        return 0
    if words[:2] != ["enable", "--now"]:
        return 1
    for name in words[2:]:
        _start(name.removesuffix(".service"))
    return 0


def _start(name: str) -> None:
    unit = RawConfigParser(strict=False, delimiters=["="], comment_prefixes=["#"])
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(Path(f"/etc/systemd/system/{name}.service").read_text("utf-8"))
    service = unit["Service"]
    user, group = service["User"], service["Group"]
    folder = Path("/run", service["RuntimeDirectory"])
    folder.mkdir(mode=int(service["RuntimeDirectoryMode"], 8), exist_ok=True)
    subprocess.run(["chown", f"{user}:{group}", folder], check=True)
    with Path(f"/var/log/{name}.log").open("wb") as log:
        process = subprocess.Popen(
            shlex.split(service["ExecStart"]),
            cwd="/",
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            user=user,
            group=group,
            extra_groups=[],
            umask=int(service["UMask"], 8),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    process.returncode = 0  # It goes on without us.


if __name__ == "__main__":
    if sys.argv[1] == "systemctl":
        sys.exit(systemctl(sys.argv[2:]))
    main(Path(sys.argv[1]))
