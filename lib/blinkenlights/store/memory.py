"""How much memory the embedded store may use."""

import os
from pathlib import Path

_CONTROL_GROUPS = Path("/sys/fs/cgroup")
_SHARE = 4


def share_of_memory(groups: Path = _CONTROL_GROUPS) -> int:
    """Return a quarter of this machine's memory, in bytes, or of what our control group may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [machine]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            text = groups.joinpath(name).read_text("ascii").strip()
        except OSError:
            continue
        if text.isdecimal():
            limits.append(int(text))
    return min(limits) // _SHARE
