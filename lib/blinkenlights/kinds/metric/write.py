"""Points on their way to the store."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.line_protocol import head, microseconds
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.kinds.metric.naming import SERIES_KNOWN
from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")

AT_ONCE = 500
"""Series in one call of the script, which holds up all others for some 15 ms."""
KEPT = 30 * 86400.0
"""Seconds: an older point is in no ring. That it came is evidence all the same."""

_pack = msgspec.msgpack.Encoder().encode


class MetricRows(SignalRows):
    """The points of one batch, series by series."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self._by_series: dict[str, list[Any]] = {}
        """As store.lua takes them."""
        self._waited: dict[str, list[Any]] = {}
        """The same for messages that may have waited, or have been delivered before."""
        self._receipt = arrival.receipt
        self._source = arrival.source
        self._live = arrival.live
        self._oldest = arrival.receipt - KEPT
        self._stored = 0

    def add(self, fact: Event, _body: bytes, _key: str, origin: Origin) -> None:
        """Add an event."""
        live = self._live and not origin.redelivered
        rows = self._by_series if live else self._waited
        series, event, value = fact.series, fact.event, fact.value
        row = rows.get(series)
        if row is None:
            row = rows[series] = [series, [], event, live, 0.0, "", 0.0, "", ""]
        if value == value:  # noqa: PLR0124 - NaN is what is not
            row[1] += (event, value)
            if event < self._oldest:
                self.counts["trimmed:point too old"] += 1
        if event >= row[2]:
            row[2], row[4] = event, fact.ttl
            if fact.extras:
                row[7] = fact.extras
        if fact.status and event >= row[6]:
            row[5], row[6] = fact.status, event
        if fact.ends:
            row[8] = fact.ends
        if fact.trimmed:
            self.counts["trimmed:" + fact.trimmed] += 1
        self._stored += 1

    @property
    def stored(self) -> int:
        """How many events these are."""
        return self._stored

    def calls(self, now: float) -> Sequence[Call]:
        """Return the calls that store them, a portion of the series with each."""
        del now
        rows = [*self._waited.values(), *self._by_series.values()]
        for row in rows:
            if len(row[1]) > 2:  # noqa: PLR2004 - one point
                row[1] = _in_order(row[1])
        arguments = (f"{self._receipt:.3f}", self._source, str(CLOCK_TOLERANCE))
        return [
            Call(STORE, keys.PREFIX, (_pack(rows[start : start + AT_ONCE]), *arguments))
            for start in range(0, len(rows), AT_ONCE)
        ]

    def influx_lines(self) -> Sequence[str]:
        """Return each point as a line; where the store places it in time, so is the line."""
        latest = self._receipt + CLOCK_TOLERANCE
        lines = []
        for rows in (self._waited, self._by_series):
            for series, points, *_ in rows.values():
                if points:
                    begin = _begin(series)
                    for at in range(0, len(points), 2):
                        time = points[at] if points[at] <= latest else self._receipt
                        lines.append(f"{begin}{points[at + 1]!r} {microseconds(time)}")
        return lines

    def moments(self, answers: Sequence[Any]) -> Sequence[float]:
        """Return when the senders of those that had waited lived, by our clock."""
        return [float(moment) for answer in answers for moment in answer[2]]


@lru_cache(maxsize=SERIES_KNOWN)
def _begin(series: str) -> str:
    """Return what all lines of a series begin with."""
    name, host, tags = identity_of(series)
    return f"{head(name, {**tags, 'host': host} if host else tags)} value="


def _in_order(points: list[float]) -> list[float]:
    """Return times and values, one after the other, in the order of time: so gaps are learnt."""
    times = points[::2]
    if times == sorted(times):
        return points
    return [each for pair in sorted(zip(times, points[1::2], strict=True)) for each in pair]
