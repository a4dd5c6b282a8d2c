"""The checks as an administrator installs them: a wheel in a virtual environment that all may run.

A checkout, and the Python that made its .venv, may lie below a folder that is closed to the user
nagios, as /root is.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.missing import program, without
from servers.process import ENDS_WITH_PARENT, make_folder, remove_folder

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "lib", "checks")


def monitoring_user() -> str | None:
    """Return the user that Nagios and Icinga run as; None to stay who we are, who are not root."""
    return "nagios" if os.geteuid() == 0 else None


def find_python() -> Path:
    """Return a Python interpreter, 3.11 or newer, that the monitoring user may run."""
    ours = getattr(sys, "_base_executable", sys.executable)
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 16))]
    candidates = [Path(ours), Path("/usr/bin/python3")]
    candidates += [found for name in names if (found := program(name)) is not None]
    for candidate in candidates:
        if candidate.exists() and _may_run(candidate):
            return candidate
    return without("a Python 3.11 that the user nagios may run")


def _may_run(python: Path) -> bool:
    check = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    user = monitoring_user() or "-"
    done = subprocess.run(
        [sys.executable, "-I", "-S", ENDS_WITH_PARENT, user, python, "-I", "-c", check],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


@pytest.fixture(scope="session")
def installed_checks() -> Iterator[Path]:
    """Give the folder with check_heartbeat and the others, installed from a wheel."""
    python = find_python()
    folder = make_folder("checks")
    folder.chmod(0o755)
    try:
        yield install(folder, python)
    finally:
        remove_folder(folder)


def install(folder: Path, python: Path) -> Path:
    """Install from a wheel into a new virtual environment in `folder`; returns its programs."""
    # A build writes into its source tree, and other builds may be under way there.
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        found = ROOT / name
        if found.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(found, source / name, symlinks=True, ignore=ignore)
        elif found.exists():
            shutil.copy(found, source / name)
    venv = folder / "venv"
    _run(python, "-m", "venv", "--without-pip", venv)
    pip = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python")
    _run(*pip, "install", "--quiet", "--disable-pip-version-check", source)
    return venv / "bin"


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
