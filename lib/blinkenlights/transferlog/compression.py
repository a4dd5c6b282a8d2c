"""Files that are finished become .gz files; nothing is lost or doubled when that is interrupted."""

import gzip
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from blinkenlights.transferlog.dayfiles import sync_folder

UNFINISHED = ".part"
_BLOCK = 1024 * 1024


def compress(path: Path, stop: Callable[[], bool] = lambda: False) -> bool:
    """Replace a file by one with `.gz` behind its name; returns False when `stop` said so.

    When there is one already, a crash came between making it and removing the file, or the clock
    went back and a day was begun anew. The checksum at its end tells the first, in which nothing
    but the removing is left to do; in the second, the lines are added to it. Raises OSError.
    """
    packed = path.with_name(path.name + ".gz")
    if not _holds(packed, path):
        unfinished = packed.with_name(packed.name + UNFINISHED)
        if not _pack(path, packed, unfinished, stop):
            unfinished.unlink()
            return False
        unfinished.rename(packed)
        sync_folder(path.parent)
    path.unlink()
    return True


def _pack(path: Path, packed: Path, unfinished: Path, stop: Callable[[], bool]) -> bool:
    status = path.stat()
    with path.open("rb") as source, unfinished.open("wb") as target:
        os.fchmod(target.fileno(), status.st_mode & 0o777)
        if packed.exists():
            with packed.open("rb") as before:
                shutil.copyfileobj(before, target, _BLOCK)
        # A file may hold several compressed parts; zcat and zgrep give them one after the other.
        with gzip.GzipFile(path.name, "wb", 6, target, int(status.st_mtime)) as part:
            while block := source.read(_BLOCK):
                if stop():
                    return False
                part.write(block)
        target.flush()
        os.fsync(target.fileno())
    os.utime(unfinished, (status.st_atime, status.st_mtime))
    return True


def _holds(packed: Path, path: Path) -> bool:
    """Return whether the last part of a compressed file is this file."""
    if not packed.exists():
        return False
    with packed.open("rb") as file:
        file.seek(-8, os.SEEK_END)
        checksum, size = struct.unpack("<II", file.read(8))
    found = length = 0
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            found = zlib.crc32(block, found)
            length += len(block)
    return bool((checksum, size) == (found, length & 0xFFFFFFFF))
