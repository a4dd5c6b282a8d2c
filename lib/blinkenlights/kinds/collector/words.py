"""What is known of collectors, their sources and their store; and the words for it."""

import time
from collections.abc import Sequence
from math import ceil

from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.condition import Condition, Memory
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.reports import REPORT_LIMIT, Gap, Source
from blinkenlights.plugin.words import NAMED, clean, count, listing, plain, span

ERROR_BYTES = 200
"""Why a source is away is what this check is asked for."""
LOSS_SECONDS = 3600.0
"""For how long after it something that is missing is said."""


class Collectors(Condition):
    """The collectors, their sources and their store, in numbers and in words for line 1."""

    def __init__(self, horizon: Horizon, memory: Memory) -> None:
        """Take what the collectors report, and what the store uses."""
        super().__init__(horizon, memory)
        self.ailing = [one for one in horizon.sources.values() if one.connected and one.error]

    @property
    def losses(self) -> list[Gap]:
        """What the store had and has lost within the last hour, the newest last."""
        since = self.horizon.now - LOSS_SECONDS
        gaps = [gap for gaps in self.horizon.gaps.values() for gap in gaps]
        return sorted(gap for gap in gaps if gap.lost and gap.lost_to >= since)

    @property
    def backlog(self) -> int:
        """How many messages wait: by source, collectors that share a queue count the same ones."""
        return sum(source.ready or 0 for source in self.horizon.sources.values())

    @property
    def names(self) -> int | None:
        """How many names are in the store, by the newest of the reports; None without any.

        Those of collectors that run are newer than the last one of another.
        """
        known = self.running or self.horizon.collectors
        newest = min(known, key=lambda one: one.age, default=None)
        return newest.names if newest else None

    def sum(self, field: str) -> float:
        """Return the sum of one number over the collectors that run."""
        return float(sum(getattr(one, field) for one in self.running))

    def furthest_behind(self) -> str:
        """Return which source is furthest behind of those that are connected."""
        slowest = min(self.connected, key=lambda one: one.watermark)
        return f"{clean(slowest.address)} stored up to {span(self.lag_of_connected or 0.0)} ago"

    def not_heard(self, sources: Sequence[Source]) -> str:
        """Return for how long sources that are away were not heard, and why."""
        return listing([self.horizon.absence(one, ERROR_BYTES) for one in sources], NAMED)

    def back(self) -> str:
        """Return which sources are just back, and until when that excuses who came by them."""
        now, interval = self.horizon.now, self.horizon.interval
        return listing(
            [
                f"{clean(source.address)} not heard for {span(gap.end - gap.start)} until "
                f"{span(max(0.0, now - gap.end))} ago, limit {span(WATERMARK_LIMIT)}; whom it "
                f"brings has another {span(max(0.0, gap.end + interval - now))} to be heard again"
                for source, gap in self.just_back
            ],
            NAMED,
        )

    def not_running(self) -> str:
        """Return which collectors are down."""
        ones = [f"{clean(one.name)} ({one.condition})" for one in self.missed]
        known = count(len(self.horizon.collectors), "collector")
        # Who says that it stops is not waited for.
        is_late = not all(one.stopped for one in self.missed)
        limit = f", limit {span(REPORT_LIMIT)}" if is_late else ""
        others = [one for one in self.horizon.collectors if self.is_replaced(one)]
        more = f"; {len(others)} more stopped and left no queue unserved" if others else ""
        return f"{len(self.missed)} of {known} not running: {listing(ones, NAMED)}{limit}{more}"

    def missing(self) -> str:
        """Return what the store has lost, and of which time."""
        ones = [
            f"{clean(gap.lost)} between {_time_of_day(gap.lost_from, self.horizon.now)} and "
            f"{_time_of_day(ceil(gap.lost_to), self.horizon.now)} UTC may be missing"
            for gap in self.losses
        ]
        why = "the store went back to an older copy of itself"
        return f"{listing(ones, NAMED)}: {why}, said for {span(LOSS_SECONDS)}"

    def errors(self) -> str:
        """Return what sources complain of that are heard."""
        return listing([f"{clean(one.address)}: {clean(one.error)}" for one in self.ailing], NAMED)

    @property
    def held_up(self) -> list[str]:
        """What collectors say that cannot send on what they stored."""
        return [one.onward for one in self.running if one.onward]

    def not_sent_on(self) -> str:
        """Return where what is stored does not go on to, and why."""
        return listing([clean(each) for each in self.held_up], NAMED)

    def learning(self) -> str:
        """Return for how long the store has not heard everybody once."""
        horizon = self.horizon
        return f"the store {horizon.birth}, learning for another {span(horizon.learning_left)}"

    def memory_used(self) -> str:
        """Return how much memory the store uses."""
        used, maximum, *_ = self.memory
        if not maximum:
            return f"{used / 2**20:.1f} MiB, no limit"
        return f"{100 * used / maximum:.0f}% of {maximum / 2**20:.1f} MiB"

    def all_well(self) -> str:
        """Return how many run, and how well they keep up."""
        rate = plain(round(self.sum("stored_per_second"), 1))
        lag = span(round(self.lag or 0.0, 1))
        text = f"{count(len(self.running), 'collector')} running, stored up to {lag} ago, {rate}/s"
        return f"{text}; {self.not_heard(self.away)}" if self.away else text


def _time_of_day(when: float, now: float) -> str:
    """Return a time, with its day where that is not today."""
    moment = time.gmtime(when)
    is_today = moment[:3] == time.gmtime(now)[:3]
    return time.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M:%S", moment)
