"""What somebody can do who may not read what sending to the configured broker needs."""

import os
from pathlib import Path

from blinkenlights.config import LinesConfig
from blinkenlights.errors import ConfigError

GROUP_READS = 0o040


def check_readable(path: str, sockets: list[LinesConfig]) -> None:
    """Raise ConfigError, with ways out, when our user may not read the file at `path`.

    One of the collector's `sockets` is such a way. Other faults of the file are for who reads it.
    """
    try:
        Path(path).open("rb").close()
    except PermissionError:
        ways = [_way_round(sockets)]
        if _group_reads(Path(path)):
            ways.append(f"join the group {_group(Path(path))}, which may read it")
        raise ConfigError(f"{path} is not for this user to read; {', or '.join(ways)}") from None
    except OSError:
        return


def _way_round(sockets: list[LinesConfig]) -> str:
    addresses = [each.listen for each in sockets]
    ours = [address for address in addresses if address.startswith("unix://")]
    if not ours:
        address = addresses[0] if addresses else "unix:///run/blinkenlights/lines.sock"
        return f"send to a collector's socket, as with --to {address}"
    way = f"send to the collector's socket with --to {ours[0]}"
    path = Path(ours[0].removeprefix("unix://"))
    if os.access(path, os.W_OK, effective_ids=True):
        return way
    return f"{way} (join the group {_group(path)} for that)"


def _group_reads(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & GROUP_READS)
    except OSError:
        # In a folder that is closed to us: its group may at least look.
        return True


def _group(path: Path) -> str:
    """Return the group of a path, or of the nearest folder above that we can look at."""
    for each in (path, *path.parents):
        try:
            return each.group()
        except (OSError, KeyError):
            continue
    return "blinkenlights"
