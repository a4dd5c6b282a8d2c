"""Who is late and who is silent, from when they were last seen, their interval and the horizon."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import NamedTuple

from blinkenlights.kinds.heartbeat.read import Seen
from blinkenlights.plugin.hearing import only_lags
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState
from blinkenlights.plugin.verdict import grade, in_words
from blinkenlights.plugin.words import plain, span
from blinkenlights.store.sets import Spans

LATE_AFTER = 1.5
SILENT_AFTER = 2.0
"""In intervals: a minute's heartbeat is late after 90 s and silent after 120 s."""


class Limits:
    """The ages at which something is late or silent: given ranges, else by its own interval."""

    def __init__(self, warning: Range | None = None, critical: Range | None = None) -> None:
        """Take ranges of seconds; without any, each interval has its own limits."""
        self._given = warning is not None or critical is not None
        self._ranges = (warning, critical)
        self._by_interval: dict[int, tuple[Range | None, Range | None]] = {}

    def of(self, interval: int) -> tuple[Range | None, Range | None]:
        """Return the ranges to warn of and that are critical; none when silence says nothing."""
        if not interval:
            return None, None
        if self._given:
            return self._ranges
        if interval not in self._by_interval:
            self._by_interval[interval] = (
                Range(plain(LATE_AFTER * interval)),
                Range(plain(SILENT_AFTER * interval)),
            )
        return self._by_interval[interval]

    def spans(self, judged_at: float, latest: float) -> Callable[[int], tuple[Spans, Spans]]:
        """Return a function from an interval to the last-seen times outside its two ranges.

        None of them is beyond `latest`.
        """

        def of_interval(interval: int) -> tuple[Spans, Spans]:
            warning, critical = self.of(interval)
            return (
                _outside(warning, judged_at, latest),
                _outside(critical, judged_at, latest),
            )

        return of_interval

    def state(self, age: float, interval: int) -> ServiceState:
        """Return the state of somebody last seen `age` seconds ago."""
        return grade(max(0.0, age), *self.of(interval))[0]

    def patience(self, interval: int) -> float:
        """Return the seconds of silence after which nobody counts as living any more."""
        warning, critical = self.of(interval)
        limit = warning if critical is None else critical
        if limit is None:
            return inf
        return limit.start if limit.invert else limit.end

    def words(self, state: ServiceState, interval: int) -> str:
        """Return the limit that makes the difference, as people say it: `2m`; empty for none."""
        warning, critical = self.of(interval)
        limit = critical if state is Critical or warning is None else warning
        if limit is None:
            limit = warning
        if limit is None or (limit.start <= 0 and limit.end == inf):
            return ""
        return in_words(limit, span)


class Overdue(NamedTuple):
    """Somebody outside the limits."""

    component: str
    state: ServiceState
    """Critical for silent, Warn for late, Ok for unheard: silent, but we could not hear."""
    silence: float
    """Seconds without a sign while we could hear."""
    seen: float
    """When last seen; for one never seen, when it was declared."""
    interval: int
    source: str = ""
    """Id of the source that last heard it; empty when that is not known."""


def overdue(
    members: Sequence[Seen],
    limits: Limits,
    horizon: Horizon,
    sources_of: Callable[[Sequence[str]], Mapping[str, str]],
) -> list[Overdue]:
    """Return those of `members` that are outside their limits, longest silence first.

    `sources_of` gives the source that last heard each component; it is asked only about those
    that look overdue.
    """
    raw = [
        Overdue(seen.component, state, horizon.judged_at - seen.seen, seen.seen, seen.interval)
        for seen in members
        if (state := limits.state(horizon.judged_at - seen.seen, seen.interval)) is not Ok
    ]
    sources = sources_of([one.component for one in raw])
    heard = [
        _heard(one, limits, horizon, sources[one.component]) if one.component in sources else one
        for one in raw
    ]
    told = [one for one in heard if one.state is not Ok or not _is_on_its_way(one, horizon)]
    return sorted(told, key=lambda one: -one.silence)


def _is_on_its_way(one: Overdue, horizon: Horizon) -> bool:
    return only_lags(horizon, one.seen, [one.source])


def _heard(one: Overdue, limits: Limits, horizon: Horizon, source: str) -> Overdue:
    """Return the same one, judged by the time in which it could have been heard."""
    silence = horizon.silence(one.seen, one.interval, source)
    state = limits.state(silence, one.interval)
    return one._replace(state=state, silence=silence, source=source)


def _outside(limit: Range | None, judged_at: float, latest: float) -> Spans:
    """Return the scores up to `latest` whose age is outside a range; an age is never below 0."""
    if limit is None:
        return []
    oldest, newest = judged_at - limit.end, judged_at - max(0, limit.start)
    infinite = limit.end == inf
    if limit.invert:
        end = newest if limit.start > 0 else latest
        return [("-inf" if infinite else repr(oldest), repr(end))]
    spans = [] if infinite else [("-inf", f"({oldest!r}")]
    if limit.start > 0:
        spans.append((f"({newest!r}", repr(latest)))
    return spans
