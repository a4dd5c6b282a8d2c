"""An image of the Containerfile, built by podman in a folder of its own, and containers of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from servers.missing import program, without
from servers.process import make_folder, remove_folder

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "blinkenlights"
RELEASE = "trixie"
BASE = "localhost/base"
IMAGE = "localhost/blinkenlights"
SECONDS = 900


class Containers:
    """What podman has built and started here; root only."""

    def __init__(self, podman: Path) -> None:
        self.folder = make_folder("images")
        storage = [f"--root={self.folder}/root", f"--runroot={self.folder}/run"]
        # It runs where there are control groups of both versions, too, as inside of containers.
        runtime = ["--runtime=runc"] if program("runc") else []
        self._podman = [
            str(podman),
            *storage,
            *runtime,
            "--cgroup-manager=cgroupfs",
            "--events-backend=none",
        ]

    def podman(self, *words: str, stdin: Any = subprocess.DEVNULL, is_fine: bool = True) -> str:  # noqa: ANN401 - a file
        """Return what a command of podman prints, and says; raises RuntimeError when it fails."""
        done = subprocess.run(
            [*self._podman, *words],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if is_fine and done.returncode != 0:
            raise RuntimeError(f"podman {' '.join(words)} failed:\n{done.stdout}")
        return done.stdout

    def build(self) -> None:
        """Build the image on a Debian of nothing but Python, with pip as it is configured here."""
        with subprocess.Popen(["tar", "-C", _base(), "-c", "."], stdout=subprocess.PIPE) as tar:
            self.podman("import", "-", BASE, stdin=tar.stdout)
        settings, shown = _pip()
        (self.folder / "pip.conf").write_text(settings)
        volumes = [f"--volume={self.folder}/pip.conf:/etc/pip.conf:ro"]
        volumes += [f"--volume={path}:{path}:ro" for path in shown]
        where = ["--isolation=chroot", "--network=host", f"--build-arg=BASE={BASE}"]
        self.podman("build", *where, *volumes, "--tag", IMAGE, str(ROOT))

    def start(self, name: str, *words: str, environment: Mapping[str, str], shown: Path) -> None:
        """Start a container as docs/pulse.md does: a read-only root, and a folder to read."""
        limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"]
        rights = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all"]
        rights += ["--security-opt=no-new-privileges"]
        given = [f"--env={key}={value}" for key, value in environment.items()]
        place = ["--network=host", f"--volume={shown}:{shown}:ro"]
        self.podman(
            "run", "--detach", "--name", name, *limits, *rights, *given, *place, IMAGE, *words
        )

    def inspect(self, what: str) -> dict[str, Any]:
        """Return what podman knows of a container or an image."""
        found: list[dict[str, Any]] = msgspec.json.decode(self.podman("inspect", what))
        return found[0]

    def remove(self) -> None:
        """End the containers and remove all."""
        self.podman("rm", "--all", "--force", is_fine=False)
        self.podman("rmi", "--all", "--force", is_fine=False)
        remove_folder(self.folder)


def _base() -> Path:
    """Return a root of Debian with Python, which is kept; it takes a minute to make."""
    root = CACHE / f"{RELEASE}-python"
    if not root.exists():
        debootstrap = program("debootstrap") or without("debootstrap")
        unfinished = root.with_name(f"{root.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        needs = "--include=ca-certificates,python3,python3-venv"
        _run(debootstrap, "--variant=minbase", needs, RELEASE, unfinished, _mirror())
        unfinished.rename(root)
    return root


def _mirror() -> str:
    """Return where apt finds Debian here."""
    listed = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian")
    found = [each for each in listed.splitlines() if "-security" not in each]
    return found[0] if found else without("apt with a mirror of Debian")


def _pip() -> tuple[str, list[str]]:
    """Return how pip is configured here, as one file, and the files and folders that it names."""
    listed = _run(sys.executable, "-m", "pip", "config", "list")
    settings = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        settings[key.rpartition(".")[2]] = value.strip("'")
    named = " ".join(settings.values()).replace("file://", "")
    paths = {re.sub(r"/simple/?$", "", path) for path in re.findall(r"(?<!\S)/[^ ,]+", named)}
    lines = [f"{key} = {value}" for key, value in settings.items()]
    return "\n".join(["[global]", *lines, ""]), [path for path in paths if Path(path).exists()]


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """Give the built image. It wants root, as whom podman needs no setting up of users."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root builds images without a setting up of its own")
    made = Containers(program("podman") or without("podman"))
    try:
        made.build()
        yield made
    finally:
        made.remove()
