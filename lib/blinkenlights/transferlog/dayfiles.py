"""Files of lines, one for each day, in a folder of their own.

`2016-03-28.log` is written until the day is over and becomes `2016-03-28.log.gz`. A line is in the
file of the day on which it came, UTC, whatever time is in it: a file of yesterday does not change
any more, so that it can be compressed, copied and deleted; a wrong clock cannot write into 1970;
and what has no time in it has a place too.
"""

import fcntl
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from blinkenlights.errors import UsageError
from blinkenlights.transferlog.line import identity

_DAY = "%Y-%m-%d.log"
_DAYS = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].log"
REMEMBERED = 16 * 1024 * 1024
"""Bytes of lines to compare with what is delivered again when nobody knows how far we were."""
_MODE = 0o640
"""Reports say who fetched what; that is not for everybody."""


class Position(NamedTuple):
    """A place in one of the files."""

    file: str
    offset: int


class Written(NamedTuple):
    """Lines at the end of a file."""

    lines: Counter[bytes]
    """The identities, and how many lines have each."""
    end: Position
    """Behind the last of them."""


class DayFiles:
    """The files in one folder, of which the newest is written.

    Args:
        folder: Made when it is not there.

    Raises:
        UsageError: The folder cannot be used, or another process uses it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None
        self._name = ""
        self._size = 0
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        except OSError as error:
            raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise UsageError(
                f"another process captures into {folder}; end it, or name another folder"
            ) from None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file and give up the folder."""
        self._close()
        os.close(self._lock)

    @property
    def position(self) -> Position:
        """Where the next line will stand; file is empty while none is open."""
        return Position(self._name, self._size)

    def turn_to(self, now: float) -> bool:
        """Open the file of the day of `now`; returns whether it was not open yet. Raises OSError.

        One that somebody has removed or renamed is made anew.
        """
        name = datetime.fromtimestamp(now, UTC).strftime(_DAY)
        if name == self._name and self._is_there():
            return False
        self._close()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self.folder / name, flags, _MODE)
        self._name, self._size = name, os.fstat(self._file).st_size
        sync_folder(self.folder)
        return True

    def append(self, lines: bytes) -> None:
        """Write whole lines, so that they are there after a crash of the machine.

        Raises OSError; what was written of them then goes with the next attempt.
        """
        if self._file is None:
            raise RuntimeError("turn_to comes first")
        self._size = min(self._size, os.fstat(self._file).st_size)
        os.ftruncate(self._file, self._size)
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fdatasync(self._file)
        self._size += len(lines)

    def written_after(self, position: Position | None) -> Written:
        """Return the lines behind a position, after a crash perhaps. Raises OSError.

        Without one, or when it is nowhere in our files, the last lines. Where a crash left half a
        line, or what a disk holds where nothing was written yet, the file ends before it: that was
        not acknowledged, so it will come again.
        """
        self._close()
        logs = sorted(self.folder.glob(_DAYS))
        for path in logs:
            if position and path.name == position.file and position.offset <= path.stat().st_size:
                return _read(path, position.offset)
        if not logs:
            return Written(Counter(), Position("", 0))
        path = logs[-1]
        return _read(path, _first_line(path, path.stat().st_size - REMEMBERED))

    def finished(self) -> list[Path]:
        """Return the files of other days than that which is open, oldest first."""
        found = sorted(self.folder.glob(_DAYS))
        return [path for path in found if path.name != self._name]

    def _is_there(self) -> bool:
        if self._file is None:
            return False
        try:
            return os.path.samestat((self.folder / self._name).stat(), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file, self._name, self._size = None, "", 0


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are there after a crash of the machine."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _first_line(path: Path, offset: int) -> int:
    """Return where the first line at or behind `offset` begins."""
    if offset <= 0:
        return 0
    with path.open("rb") as file:
        file.seek(offset - 1)
        file.readline()
        return file.tell()


def _read(path: Path, offset: int) -> Written:
    """Return the lines from `offset` on; the file ends before a damaged one."""
    lines: Counter[bytes] = Counter()
    with path.open("r+b") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n") or b"\0" in line:
                file.truncate(offset)
                os.fsync(file.fileno())
                break
            offset += len(line)
            lines[identity(line)] += 1
    return Written(lines, Position(path.name, offset))
