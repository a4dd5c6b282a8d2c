"""Whether the store takes what collectors bring, as far as one can tell who only reads."""

from typing import NamedTuple

from blinkenlights.plugin.collection import Collection
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import span

COMMANDS = (("INFO", "memory"), ("INFO", "persistence"))
FULL_PERCENT = 99
"""From where on the store refuses: what it refused has left it a little below its limit."""
FRESH_SECONDS = 5.0
"""How old the report of a collector is at most whose writes the store takes."""
_FILES = (
    ("rdb_last_bgsave_status", "its last snapshot"),
    ("aof_last_write_status", "its append-only file"),
    ("aof_last_bgrewrite_status", "its last rewrite of the append-only file"),
)


class Memory(NamedTuple):
    """What the store's server uses."""

    used: int
    """Bytes, as it counts them against its limit."""
    maximum: int
    """Bytes that it may use; 0 for no limit."""
    policy: str
    """What it does when that is reached."""
    unsaved: str = ""
    """Which of its files it could not write last; empty when it could."""


def read_memory(info: str) -> Memory:
    """Return what answers to INFO memory and INFO persistence say."""
    pairs = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    return Memory(
        int(pairs.get("used_memory", 0)) - int(pairs.get("mem_not_counted_for_evict", 0)),
        int(pairs.get("maxmemory", 0)),
        pairs.get("maxmemory_policy", "noeviction"),
        " and ".join(what for field, what in _FILES if pairs.get(field, "ok") != "ok"),
    )


class Condition(Collection):
    """The collectors and their sources, and the memory and the files of their store."""

    def __init__(self, horizon: Horizon, memory: Memory) -> None:
        """Take what the collectors report, and what the store uses."""
        super().__init__(horizon)
        self.memory = memory

    @property
    def trouble(self) -> str:
        """Return why the store takes nothing now; empty while it does, or when nobody knows."""
        if self.is_refusing:
            return self.unsaved()
        return self.full() if self.is_full and not self.is_fresh else ""

    @property
    def memory_percent(self) -> float | None:
        """How much of the memory that the store may use is used; None without a limit."""
        used, maximum, *_ = self.memory
        return 100 * used / maximum if maximum else None

    @property
    def is_full(self) -> bool:
        """Whether the store refuses what collectors bring."""
        if self.memory.policy != "noeviction":
            return False
        return (self.memory_percent or 0.0) >= FULL_PERCENT

    @property
    def report_age(self) -> float | None:
        """Seconds since the last report of those that run, or of the one that ran last."""
        if self.running:
            return round(max(one.age for one in self.running), 3)
        return min((round(one.age, 3) for one in self.horizon.collectors), default=None)

    def full(self) -> str:
        """Return how full the store is, and since when."""
        age = self.report_age
        used, maximum, *_ = self.memory
        since = f" since the last report {span(age)} ago" if age is not None else ""
        return (
            f"the store is full: {used / 2**20:.1f} of {maximum / 2**20:.1f} MiB, "
            f"limit {FULL_PERCENT}%: nothing can be stored{since}"
        )

    @property
    def is_refusing(self) -> bool:
        """Whether the store refuses all writes, as it does by default when it cannot save."""
        return bool(self.memory.unsaved) and not self.is_fresh

    @property
    def is_fresh(self) -> bool:
        """Whether a collector has just written its report."""
        age = self.report_age
        return bool(self.running) and age is not None and age <= FRESH_SECONDS

    def unsaved(self) -> str:
        """Return what the store could not save, and what follows."""
        what = f"the store could not write {self.memory.unsaved}: see its disk and its log"
        if self.is_fresh:
            return f"{what}; a restart would lose what came since"
        age = self.report_age
        since = f" since the last report {span(age)} ago" if age is not None else ""
        return f"{what}; it refuses what is sent{since} (MISCONF)"
