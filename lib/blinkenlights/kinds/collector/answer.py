"""The words and figures of check_collector."""

from typing import NamedTuple

from blinkenlights.plugin import ranges
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Context, Critical, Metric, Range, Resource, Unknown, Warn
from blinkenlights.plugin.reports import REPORT_LIMIT
from blinkenlights.plugin.verdict import NoneOf, Within, judge
from blinkenlights.plugin.words import clean, count, listing, plain, span

ERROR_BYTES = 200
"""Why a source is away is what this check is asked for."""
NAMED = 3
"""Collectors or sources named in one sentence."""
FULL_PERCENT = 100
NO_ROOM_PERCENT = 99
"""From where on, when nobody reports any more, it is the store that refuses: what it refused has
left it a little below its limit."""


class Memory(NamedTuple):
    """What the store's server uses."""

    used: int
    """Bytes, as it counts them against its limit."""
    maximum: int
    """Bytes that it may use; 0 for no limit."""
    policy: str
    """What it does when that is reached."""


def read_memory(info: str) -> Memory:
    """Return what an answer to INFO memory says."""
    pairs = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    return Memory(
        int(pairs.get("used_memory", 0)) - int(pairs.get("mem_not_counted_for_evict", 0)),
        int(pairs.get("maxmemory", 0)),
        pairs.get("maxmemory_policy", "noeviction"),
    )


class CollectorReport(Resource):
    """The collectors as figures, and the words for each that is not as it should be."""

    def __init__(
        self,
        horizon: Horizon,
        memory: Memory,
        limits: dict[str, tuple[Range | None, Range | None]],
        address: str,
    ) -> None:
        """Take what the collectors report, what the store uses, the limits, and its address."""
        self.horizon = horizon
        self.used, self.maximum, self.policy = memory
        self.limits = limits
        self.address = address
        self.running = [one for one in horizon.collectors if one.running]
        self.down = [one for one in horizon.collectors if not one.running]
        self.away = [one for one in horizon.sources.values() if not one.connected]
        self.ailing = [one for one in horizon.sources.values() if one.connected and one.error]

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts: list[Context] = [
            NoneOf("full", Critical, lambda _: self._full()),
            NoneOf("none_running", Critical, lambda _: self._none_running()),
            Within("lag", *self.limits["lag"], self._behind, span),
            Within("away", *self._away_limits, lambda _: self._away(), span),
            NoneOf("down", Warn, lambda _: self._down()),
            Within(
                "backlog",
                *self.limits["backlog"],
                lambda n: f"backlog {n:.0f} messages {self._reported}",
            ),
            Within(
                "rejects",
                *self.limits["rejects"],
                lambda n: (
                    f"{plain(round(n, 2))} rejected in the last minute (see blinkenlights rejected)"
                ),
            ),
            Within(
                "memory",
                *self.limits["memory"],
                lambda _: f"store memory now {self._memory()}",
                lambda limit: f"{plain(limit)}%",
            ),
            NoneOf("ailing", Warn, lambda _: self._ailing()),
            NoneOf("evicting", Warn, lambda _: self._evicting()),
            # As those that depend on this one say, so that it speaks in place of all of them.
            NoneOf("learning", Unknown, lambda _: self._learning()),
        ]
        code, problems = judge(self, contexts)
        details = [*self.horizon.details, f"store {self.address}: {self._memory()}"]
        return Answer(
            "collector",
            code,
            "; ".join(problems) or self._all_well(),
            details,
            self._figures(),
            {
                "collectors": [one._asdict() for one in self.horizon.collectors],
                "sources": [one._asdict() for one in self.horizon.sources.values()],
                "gaps": {
                    source: [gap._asdict() for gap in gaps]
                    for source, gaps in self.horizon.gaps.items()
                },
                "store_born": self.horizon.born,
            },
        )

    @property
    def _away_limits(self) -> tuple[Range | None, Range | None]:
        warning, critical = self.limits["lag"]
        # While another source is heard, the checks that depend on this one are right about what
        # comes by that, and must not be muted.
        return warning, critical if len(self.away) == len(self.horizon.sources) else None

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        metrics = [
            Metric("full", int(self._is_full)),
            Metric("none_running", int(not self.running or not self.horizon.sources)),
            Metric("down", len(self.down) if self.running else 0),
            Metric("ailing", len(self.ailing)),
            Metric("evicting", int(bool(self.maximum) and self.policy != "noeviction")),
            Metric("learning", int(self.horizon.learning_left > 0)),
        ]
        if self.running:
            metrics.append(Metric("backlog", self._backlog))
            metrics.append(Metric("rejects", self._sum("rejects_per_minute")))
        if self.running and len(self.away) < len(self.horizon.sources):
            metrics.append(Metric("lag", self._lag))
        if self.running and self.away:
            deaf = max(self.horizon.now - source.watermark for source in self.away)
            metrics.append(Metric("away", deaf))
        if self.maximum and not self._is_full:
            metrics.append(Metric("memory", self._percent))
        return metrics

    @property
    def _percent(self) -> float | None:
        return 100 * self.used / self.maximum if self.maximum else None

    @property
    def _is_full(self) -> bool:
        if self.policy != "noeviction":
            return False
        return (self._percent or 0.0) >= (FULL_PERCENT if self.running else NO_ROOM_PERCENT)

    @property
    def _lag(self) -> float | None:
        if not self.horizon.sources:
            return None
        return max(0.0, round(self.horizon.now - self.horizon.stored_up_to, 3))

    @property
    def _report_age(self) -> float | None:
        # Of those that run the oldest; when none does, of the one that ran last.
        if self.running:
            return round(max(one.age for one in self.running), 3)
        return min((round(one.age, 3) for one in self.down), default=None)

    @property
    def _backlog(self) -> int:
        # By source: collectors that share a queue count the same messages.
        return sum(source.ready or 0 for source in self.horizon.sources.values())

    def _sum(self, field: str) -> float:
        return float(sum(getattr(one, field) for one in self.running))

    def _full(self) -> str:
        age = self._report_age
        since = f" since the last report {span(age)} ago" if age is not None else ""
        return (
            f"the store is full: {self.used / 2**20:.1f} of {self.maximum / 2**20:.1f} MiB, "
            f"limit {FULL_PERCENT}%: nothing can be stored{since}"
        )

    def _none_running(self) -> str:
        return self.horizon.blind or "no collector runs"

    def _behind(self, lag: float) -> str:
        heard = [one for one in self.horizon.sources.values() if one.connected]
        slowest = min(heard, key=lambda one: one.watermark)
        return f"{clean(slowest.address)} stored up to {span(lag)} ago"

    def _away(self) -> str:
        return listing([self.horizon.absence(one, ERROR_BYTES) for one in self.away], NAMED)

    def _down(self) -> str:
        ones = [f"{clean(one.name)} ({one.condition})" for one in self.down]
        return (
            f"{len(self.down)} of {count(len(self.horizon.collectors), 'collector')} not running: "
            f"{listing(ones, NAMED)}, limit {span(REPORT_LIMIT)}"
        )

    def _ailing(self) -> str:
        return listing([f"{clean(one.address)}: {clean(one.error)}" for one in self.ailing], NAMED)

    def _evicting(self) -> str:
        return (
            f"the store may drop components to save memory: maxmemory-policy is "
            f"{clean(self.policy)}, must be noeviction"
        )

    def _learning(self) -> str:
        age = span(self.horizon.now - (self.horizon.born or self.horizon.now))
        return f"the store is {age} old, learning for another {span(self.horizon.learning_left)}"

    @property
    def _reported(self) -> str:
        return f"{span(self._report_age or 0.0)} ago"

    def _memory(self) -> str:
        used = f"{self.used / 2**20:.1f} MiB"
        if not self.maximum:
            return f"{used}, no limit"
        return f"{100 * self.used / self.maximum:.0f}% of {self.maximum / 2**20:.1f} MiB"

    def _all_well(self) -> str:
        rate = plain(round(self._sum("stored_per_second"), 1))
        lag = span(round(self._lag or 0.0, 1))
        return f"{count(len(self.running), 'collector')} running, stored up to {lag} ago, {rate}/s"

    def _figures(self) -> list[Figure]:
        def spec(name: str) -> tuple[str, str]:
            warning, critical = self.limits[name]
            return ranges.written(warning), ranges.written(critical)

        return [
            Figure("running", len(self.running), least="0", most=str(len(self.horizon.collectors))),
            Figure("report_age", self._report_age, "s", "", plain(REPORT_LIMIT), "0"),
            Figure("lag", self._lag, "s", *spec("lag"), "0"),
            Figure("backlog", self._backlog, "", *spec("backlog"), "0"),
            Figure(
                "rejects_per_minute", self._sum("rejects_per_minute"), "", *spec("rejects"), "0"
            ),
            Figure("stored_per_second", round(self._sum("stored_per_second"), 2), least="0"),
            Figure("dropped", self._sum("dropped"), least="0"),
            Figure("store_memory", self.used, "B", least="0", most=str(self.maximum or "")),
            Figure("store_memory_percent", self._percent, "%", *spec("memory"), "0", "100"),
        ]
