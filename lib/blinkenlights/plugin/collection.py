"""Whether what the other checks say can be relied on: by their collectors and their sources.

docs/architecture.md has the rules as a table, section "Which sources count".
"""

from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.reports import Collector, Gap, Source

WARNING_LAG = 30.0
"""Seconds by which what is stored may lag before it is worth a warning."""


class Collection:
    """The collectors and their sources, in numbers.

    Args:
        horizon: What could be heard, of all kinds of signals.
    """

    def __init__(self, horizon: Horizon) -> None:
        self.horizon = horizon
        self.running = [one for one in horizon.collectors if one.running]
        self.missed = [one for one in horizon.collectors if self._is_missed(one)]
        """Collectors that do not run and should."""
        away = [one for one in horizon.sources.values() if not one.connected]
        self.away = [one for one in away if one.counts]
        """Sources that are not connected, and on which depends what can be known."""
        self.closed = [one for one in away if one.is_served and not one.counts]
        """Sockets that are not open, and by which nothing ever came. Nobody misses those of a
        collector that does not run."""
        self.connected = [one for one in horizon.counting if one.connected]
        """Sources that are connected, and on which depends what can be known."""

    @property
    def lag(self) -> float | None:
        """Seconds since what was sent to the source that is furthest behind has been stored.

        It may be away or connected. None without a source.
        """
        if not self.horizon.sources:
            return None
        return max(0.0, round(self.horizon.now - self.horizon.low_watermark, 3))

    @property
    def lag_of_connected(self) -> float | None:
        """The same of those that are connected; None without any."""
        return self._longest(self.connected)

    @property
    def away_for(self) -> float | None:
        """The same of those that are away; None without any."""
        return self._longest(self.away)

    @property
    def closed_for(self) -> float | None:
        """The same of sockets that are closed and not missed; None without any."""
        return self._longest(self.closed)

    @property
    def just_back(self) -> list[tuple[Source, Gap]]:
        """Sources that were away for so long that all was UNKNOWN, and not yet long enough back.

        Until an interval has passed, who came by them need not have spoken again.
        """
        horizon = self.horizon
        found = []
        for source in self.connected:
            gaps = [
                gap
                for gap in horizon.gaps.get(source.id, ())
                if gap.end - gap.start > WATERMARK_LIMIT
                and gap.end > horizon.now - horizon.interval
            ]
            if gaps:
                found.append((source, gaps[-1]))
        return found

    @property
    def state(self) -> ServiceState:
        """What check_collector answers without thresholds, of collectors and sources alone."""
        lag = self.lag or 0.0
        if not self.running or not self.horizon.sources or lag > WATERMARK_LIMIT or self.just_back:
            return Critical
        if self.horizon.learning_left > 0:
            return Unknown
        is_lagging = max(lag, self.closed_for or 0.0) > WARNING_LAG
        return Warn if self.missed or is_lagging else Ok

    def is_replaced(self, collector: Collector) -> bool:
        """Return whether a collector ended in good order and left nothing that is not served."""
        sources = self.horizon.sources
        return collector.stopped and all(
            sources[name].connected for name in collector.sources if name in sources
        )

    def _is_missed(self, collector: Collector) -> bool:
        return not collector.running and not self.is_replaced(collector)

    def _longest(self, sources: list[Source]) -> float | None:
        ages = (self.horizon.now - source.watermark for source in sources)
        return max((max(0.0, round(age, 3)) for age in ages), default=None)
