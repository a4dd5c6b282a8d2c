"""A folder of YAML files: each is read when it has changed, and a bad one costs itself only."""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from blinkenlights.yaml_files.document import MOST_BYTES
from blinkenlights.yaml_files.mistakes import BadFile, Mistake

T = TypeVar("T")

ENDINGS = (".yml", ".yaml")


def is_read(name: str) -> bool:
    """Return whether a file of this name is looked at."""
    return name.endswith(ENDINGS) and not name.startswith(".")


class _Stamp(NamedTuple):
    """What tells whether a file has changed."""

    inode: int
    size: int
    modified: int


@dataclass(frozen=True)
class FileState(Generic[T]):
    """What is known of one file."""

    value: T | None
    """What its last good version says; None while there was none."""
    mistakes: Sequence[Mistake] = ()
    """What is wrong with its present version."""
    since: float = 0.0
    """When that was found, seconds since the epoch."""


class Folder(Generic[T]):
    """The files of one folder.

    Args:
        path: Where they are.
        parse: Makes something of the bytes and the name of one file; raises BadFile.
    """

    def __init__(self, path: Path, parse: Callable[[bytes, str], T]) -> None:
        self.path = path
        self.problem = ""
        """Why the folder itself cannot be read; what its files said stays in force meanwhile."""
        self._parse = parse
        self._stamps: dict[str, _Stamp | None] = {}
        self._files: dict[str, FileState[T]] = {}

    @property
    def files(self) -> Mapping[str, FileState[T]]:
        """What is known of each file, by its name."""
        return self._files

    def look(self, now: float) -> bool:
        """Read what has changed since the last look; returns whether anything has."""
        try:
            names = sorted(each.name for each in self.path.iterdir() if is_read(each.name))
        except OSError as error:
            before, self.problem = self.problem, f"{self.path}: {error.strerror}"
            return self.problem != before
        is_changed = bool(self.problem)
        self.problem = ""
        for name in self._files.keys() - set(names):
            del self._files[name]
            self._stamps.pop(name, None)
            is_changed = True
        for name in names:
            is_changed |= self._read(name, now)
        return is_changed

    def again(self) -> None:
        """Read all of them at the next look: something that they name has changed."""
        self._stamps.clear()

    def _read(self, name: str, now: float) -> bool:
        try:
            stamp, data = _bytes_of(self.path / name, self._stamps.get(name))
            if data is None:
                return False
            self._stamps[name] = stamp
            state = FileState(self._parse(data, name))
        except BadFile as bad:
            return self._note(name, bad.mistakes, now)
        except OSError as error:
            self._stamps[name] = None
            return self._note(name, [Mistake(0, f"cannot be read: {error.strerror}")], now)
        self._files[name] = state
        return True

    def _note(self, name: str, mistakes: Sequence[Mistake], now: float) -> bool:
        before = self._files.get(name)
        if before is not None and before.mistakes == mistakes:
            return False
        since = before.since if before is not None and before.mistakes else now
        self._files[name] = FileState(before.value if before else None, mistakes, since)
        return True


def _bytes_of(path: Path, known: _Stamp | None) -> tuple[_Stamp, bytes | None]:
    """Return the stamp and the bytes of a file, None for those of one that has not changed.

    Raises OSError, and BadFile for what is no file; it never waits for a pipe to be written.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise BadFile([Mistake(0, "is no file; put YAML files here, and nothing else")])
        stamp = _Stamp(status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp == known:
            return stamp, None
        if status.st_size > MOST_BYTES:
            raise BadFile([Mistake(0, f"has more than {MOST_BYTES} bytes; split it")])
        # It leaves the handle alone: of a folder it would fail and leave it open.
        with os.fdopen(handle, "rb", closefd=False) as file:
            return stamp, file.read(MOST_BYTES + 1)
    finally:
        os.close(handle)
