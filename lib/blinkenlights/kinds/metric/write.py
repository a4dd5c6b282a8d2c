"""Points on their way to the store."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.line_protocol import head, microseconds
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.fact import LARGEST, Event
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
_POINTS, _AGAIN, _DIGESTS = 1, 9, 10
"""Where a row has these."""

_pack = msgspec.msgpack.Encoder().encode


class MetricRows(SignalRows):
    """The points of one batch, series by series."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self._fresh: dict[str, list[Any]] = {}
        """By series, as store.lua takes them."""
        self._again: dict[str, list[Any]] = {}
        """The same for messages that were delivered before."""
        self._was_tried = False
        self._body, self._of_body = b"", b""
        """The message of the last event, and its digest."""
        self._arrival = arrival
        self._by_broker = arrival.ask_broker is not None
        self._receipt = arrival.receipt
        self._source = arrival.source
        self._live = arrival.live
        self._oldest = arrival.receipt - KEPT
        self._stored = 0

    def add(self, fact: Event, body: bytes, _key: str, origin: Origin) -> None:
        """Add an event."""
        rows = self._again if origin.redelivered else self._fresh
        series, event, value = fact.series, fact.event, fact.value
        row = rows.get(series)
        if row is None:
            again = rows is self._again
            live = self._live and not again
            row = rows[series] = [series, [], event, live, 0.0, "", 0.0, "", "", again, []]
        if -LARGEST <= value <= LARGEST:  # NaN is not, either.
            row[_POINTS] += (event, value)
            if self._by_broker:
                row[_DIGESTS].append(_digest(series, event, self._digest_of(body)))
            if event < self._oldest:
                self.counts["trimmed:point too old"] += 1
        if event >= row[2]:
            row[2], row[4] = event, fact.ttl
            if fact.extras:
                row[7] = fact.extras
        if fact.status and event >= row[6]:
            row[5], row[6] = fact.status, event
        row[8] = fact.ends or row[8]
        if fact.trimmed:
            self.counts["trimmed:" + fact.trimmed] += 1
        self._stored += 1

    def _digest_of(self, body: bytes) -> bytes:
        """Return the digest of a message; of one that holds thousands of events it is made once."""
        if body is not self._body:
            self._body, self._of_body = body, blake2b(body, digest_size=16).digest()
        return self._of_body

    @property
    def stored(self) -> int:
        """How many events these are."""
        return self._stored

    def calls(self, now: float) -> Sequence[Call]:
        """Return the calls that store them, a portion of the series with each.

        What was tried before may be stored, as may be what a broker may have given to others: the
        store knows what it was given lately. What the broker has given away is for others to store.
        """
        del now
        arrival = self._arrival
        if arrival.are_gone():
            return []
        rows = [*self._again.values(), *self._fresh.values()]
        is_suspect, tried = self._was_tried or arrival.may_be_elsewhere(), int(self._was_tried)
        self._was_tried = True
        of_all = (f"{self._receipt:.3f}", self._source, str(CLOCK_TOLERANCE), arrival.session)
        calls = []
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            for row in some:
                _put_in_order(row)
                row[_AGAIN] = row[_AGAIN] or is_suspect
            token = _digest(arrival.session, arrival.number, b"%d" % start)
            digests = b"".join(digest for row in some for digest in row[_DIGESTS])
            packed = _pack([row[:_DIGESTS] for row in some])
            calls.append(Call(STORE, keys.PREFIX, (packed, *of_all, token, tried, digests)))
        return calls

    def influx_lines(self) -> Sequence[str]:
        """Return each point as a line; where the store places it in time, so is the line."""
        latest = self._receipt + CLOCK_TOLERANCE
        lines = []
        for rows in (self._again, self._fresh):
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
    identity = identity_of(series)
    return f"{head(identity.name, identity.labels)} value="


def _digest(series: str, event: float, body: bytes) -> bytes:
    """Return 8 bytes for what a message says of one series at one moment."""
    return blake2b(b"%b\0%r\0%b" % (series.encode(), event, body), digest_size=8).digest()


def _put_in_order(row: list[Any]) -> None:
    """Put the points of a row into the order of time: so gaps are learnt."""
    points, digests = row[_POINTS], row[_DIGESTS]
    times = points[::2]
    if len(times) > 1 and times != sorted(times):
        order = sorted(range(len(times)), key=times.__getitem__)
        row[_POINTS] = [each for at in order for each in points[2 * at : 2 * at + 2]]
        row[_DIGESTS] = digests and [digests[at] for at in order]
