"""Lines on disk until they are sent: bounded, and whole after whatever end of the process.

A file holds lines and nothing else, so that an operator can read it, and send it by hand. Only the
last one of a file can be torn, and is dropped when the file is read. Files are not synced: they
outlive the process, and mostly the machine.
"""

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

SEGMENT_BYTES = 1_000_000
"""Of one file, which is sent as one request: some 10,000 lines."""
PARTS = 8
"""Files at least in a full buffer: dropping the oldest costs no more than an eighth of it."""


@dataclass
class Segment:
    """One file."""

    path: Path
    bytes: int
    lines: int
    since: float
    """When it was begun, seconds since the epoch."""
    is_dropped: bool = False


class Buffer:
    """The lines that wait, in the order in which they came.

    Args:
        folder: Where the files are; it is made.
        most: Bytes of all files.

    Raises:
        OSError: The folder, or a file in it, cannot be read or written.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._segment_bytes = min(SEGMENT_BYTES, most // PARTS)
        self._segments: deque[Segment] = deque()
        self._open: int | None = None
        """Descriptor of the newest file, while it grows."""
        self.waiting = 0
        """How many lines wait."""
        self.bytes = 0
        """How many bytes they are."""
        self.dropped = 0
        """Lines that were dropped unsent, because there was no room."""
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        for path in sorted(folder.glob("*.lines")):
            stat = path.stat()
            lines = len(_whole(path.read_bytes()))
            self._segments.append(Segment(path, stat.st_size, lines, stat.st_mtime))
            self.waiting += lines
            self.bytes += stat.st_size
        self._number = max((_number(each.path) for each in self._segments), default=0)

    @property
    def since(self) -> float | None:
        """When the oldest of them came; None when none waits."""
        return self._segments[0].since if self._segments else None

    def add(self, lines: Sequence[str], now: float) -> None:
        """Keep lines; the oldest give way to them. Raises OSError, and then has dropped the rest.

        Args:
            lines: Without their ends.
            now: Seconds since the epoch.
        """
        waiting = list(lines)
        while waiting:
            size, taken = 0, 0
            while taken < len(waiting) and (not taken or size < self._segment_bytes // 2):
                size += len(waiting[taken]) + 1
                taken += 1
            some, waiting = waiting[:taken], waiting[taken:]
            try:
                self._append(some, now)
            except OSError:
                # Some of these may be there all the same, and are sent then.
                self.dropped += len(some) + len(waiting)
                self._seal()
                raise

    def oldest(self) -> Segment | None:
        """Return the file to be sent first, which grows no more; None when nothing waits."""
        if not self._segments:
            return None
        if len(self._segments) == 1:
            self._seal()
        return self._segments[0]

    @property
    def is_backlog(self) -> bool:
        """Whether more waits than the file that grows."""
        return len(self._segments) > 1 or (bool(self._segments) and self._open is None)

    def lines_of(self, segment: Segment) -> list[bytes]:
        """Return the lines in a file, without their ends; raises OSError."""
        return _whole(segment.path.read_bytes())

    def done(self, segment: Segment) -> None:
        """Remove a file that was sent, or cannot be."""
        if segment.is_dropped:
            return
        segment.path.unlink(missing_ok=True)
        self._segments.remove(segment)
        self._left(segment)

    def close(self) -> None:
        """Close the file that grows."""
        self._seal()

    def _append(self, lines: Sequence[str], now: float) -> None:
        body = ("\n".join(lines) + "\n").encode()
        while self._segments and self.bytes + len(body) > self._most:
            self._drop_oldest()
        if self._open is None or self._segments[-1].bytes + len(body) > self._segment_bytes:
            self._begin(now)
        if self._open is not None:
            newest = self._segments[-1]
            written = os.write(self._open, body)
            whole = len(lines) if written == len(body) else body[:written].count(b"\n")
            newest.bytes += written
            newest.lines += whole
            self.bytes += written
            self.waiting += whole
            if written < len(body):
                raise OSError(ENOSPC, os.strerror(ENOSPC))

    def _begin(self, now: float) -> None:
        self._seal()
        self._number += 1
        path = self._folder / f"{self._number:020d}.lines"
        self._open = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        self._segments.append(Segment(path, 0, 0, now))

    def _drop_oldest(self) -> None:
        oldest = self._segments.popleft()
        if not self._segments:
            self._seal()
        oldest.path.unlink(missing_ok=True)
        oldest.is_dropped = True
        self.dropped += oldest.lines
        self._left(oldest)

    def _left(self, segment: Segment) -> None:
        self.waiting -= segment.lines
        self.bytes -= segment.bytes

    def _seal(self) -> None:
        if self._open is not None:
            os.close(self._open)
            self._open = None


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdecimal() else 0


def _whole(body: bytes) -> list[bytes]:
    """Return the lines that have their end. After a power failure zeros may stand in a file."""
    return [each for each in body.split(b"\n")[:-1] if each and b"\0" not in each]
