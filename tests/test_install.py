"""What the README prints under "Install for production" runs as it stands, in a root of Debian."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installing import steps

ROOT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "blinkenlights"
RELEASES = ("trixie", "bookworm")
SECONDS = 600


def cached_release() -> str:
    """Return a release that has a root with servers; skips without one, or when we are not root.

    Making one takes minutes and a mirror of Debian, so this is no test for which CI fails.
    """
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root can go into a root of Debian")
    for release in RELEASES:
        if (CACHE / release / "usr" / "sbin" / "rabbitmq-server").exists():
            return release
    pytest.skip(f"there is no root of Debian in {CACHE}; `make test-on` makes one")


def test_every_command_of_the_readme_runs() -> None:
    """All exit with 0, the daemons' file is closed to the core, whose check meets the collector."""
    release = cached_release()
    inside = ["/usr/bin/python3", "tests/installing.py", "README.md"]

    ended = subprocess.run(
        [str(ROOT / "tests" / "on_release"), "--throwaway", release, *inside],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = json.loads(ended.stdout.splitlines()[-1])
    asked = {
        command: (code, text)
        for command, code, text in said["done"]
        if "check_collector" in command
    }
    failed = [each for each in said["done"] if each[1] != 0 and each[0] not in asked]
    assert failed == []
    # The store is new; that it is learning means that the collector reports.
    assert [code for code, _ in asked.values()] == [3]
    assert all("learning" in text for _, text in asked.values()), asked
    assert said["modes"] == {
        "/etc/blinkenlights/blinkenlights.toml": ["root", "blinkenlights", "640"],
        "/etc/blinkenlights/checks.toml": ["root", "nagios", "640"],
    }


def test_the_readme_is_read_in_its_order() -> None:
    """Commands and files are found, so that the test above is about something."""
    found = list(steps((ROOT / "README.md").read_text("utf-8")))
    commands = [step.command for step in found if step.command]

    assert commands[1] == "/opt/blinkenlights/bin/pip install ."
    assert commands[-1].startswith("blinkenlights expect ")
    assert len(commands) > 10
    assert [step.path for step in found if step.path] == [
        "/etc/blinkenlights/blinkenlights.toml",
        "/etc/blinkenlights/checks.toml",
    ]
