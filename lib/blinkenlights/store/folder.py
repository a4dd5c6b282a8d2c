"""The folder of an embedded store, and the locks that keep it to one owner.

`up.lock` is held by the process that owns the store, `store.lock` by its server as well, which
inherits it. So a server that outlived its owner is noticed before another one touches its files.
"""

import fcntl
import os
from pathlib import Path
from typing import IO

from blinkenlights.errors import ConfigError
from blinkenlights.locations import SOCKET_PATH_BYTES

ADVICE = "choose another state folder with --state or BLINKENLIGHTS_STATE"
UNFIT = "%?#@"
"""Characters that mean something else in an address such as unix:///path."""


class Lock:
    """A lock file, free or ours or somebody else's; it holds the process id of its owner."""

    def __init__(self, path: Path) -> None:
        """Open the lock file at `path` without taking the lock; raises ConfigError."""
        try:
            # A link would have us write our process id into somebody's file.
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file: IO[str] = os.fdopen(os.open(path, flags, 0o640), "a+", encoding="ascii")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be opened ({error.strerror}); {ADVICE}") from None

    def taken(self, pid: int | None = None) -> bool:
        """Take the lock for process `pid`, else ourselves; returns whether it is now ours."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._file.truncate(0)
        self._file.write(f"{pid or os.getpid()}\n")
        self._file.flush()
        return True

    def owner(self) -> str:
        """Return the process id of the owner, or `unknown`."""
        self._file.seek(0)
        return self._file.read(20).strip() or "unknown"

    def fileno(self) -> int:
        """Return the descriptor; who inherits it shares the lock."""
        return self._file.fileno()

    def release(self) -> None:
        """Give up our share of the lock."""
        self._file.close()


def make_folder(folder: Path, socket: Path) -> None:
    """Make `folder` if it is missing; raises ConfigError when it cannot hold a store."""
    if len(str(socket).encode()) > SOCKET_PATH_BYTES:
        raise ConfigError(
            f"{folder}: is too long a path, for {socket.name} in it would have more than the "
            f"{SOCKET_PATH_BYTES} bytes that a socket can have; {ADVICE}"
        )
    odd = set(UNFIT) & set(str(folder))
    if odd:
        raise ConfigError(
            f"{folder}: has {' '.join(sorted(odd))} in it, an address cannot; {ADVICE}"
        )
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made ({error.strerror}); {ADVICE}") from None
    # Who may make files there could lead ours astray, and swap the store's.
    if found.st_uid != os.geteuid():
        raise ConfigError(f"{folder}: belongs to another user; run as that one, or {ADVICE}")
    if found.st_mode & 0o022:
        raise ConfigError(
            f"{folder}: others may write to it (mode {found.st_mode & 0o777:o}); "
            f"run chmod go-w on it, or {ADVICE}"
        )


def own(folder: Path) -> Lock:
    """Return the lock on `folder`; raises ConfigError when another process holds it."""
    lock = Lock(folder / "up.lock")
    if not lock.taken():
        owner = lock.owner()
        lock.release()
        raise ConfigError(
            f"{folder}: is in use by another `blinkenlights up` (process {owner}); "
            f"stop it, or {ADVICE}"
        )
    return lock
