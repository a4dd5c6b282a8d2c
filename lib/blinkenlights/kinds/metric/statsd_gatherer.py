"""Lines of statsd, gathered until points are made of them."""

from collections.abc import Sequence
from math import isfinite

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.format import Gatherer
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.fact import Event
from blinkenlights.kinds.metric.naming import Namer
from blinkenlights.kinds.metric.statsd_line import TYPES, Said, parsed, tags_of
from blinkenlights.kinds.metric.statsd_sums import SUMS, Gauge, Sum
from blinkenlights.store.client import StoreClient

MOST_SUMS = 100_000
"""Different names, tags and types that are gathered, and values of gauges that are remembered."""
MOST_VALUES = 1_000_000
"""Values of timers and sets that are kept, of which percentiles and numbers are made."""
MOST_WAITING = 50_000
"""Gauges that may stay, because nobody knows their values yet."""
_AT_ONCE = 500
_TOO_MANY_GAUGES = f"{MOST_WAITING} gauges with a sign wait until the store tells their values"


class StatsdGatherer(Gatherer):
    """Gathers lines until a point is made of each name.

    Args:
        named: Names series.
        seconds: How often points are made.
    """

    def __init__(self, named: Namer, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._named = named
        self._as_written: dict[tuple[bytes, bytes, bytes], Sum] = {}
        """By name, type and tags as a line has them, so that most lines are looked up only."""
        self._sums: dict[tuple[str, str], Sum] = {}
        """By series and type."""
        self._left = 0
        """How many of these stayed at the last flush."""
        self._last: dict[str, float] = {}
        """The last value of each gauge."""
        self._values = 0

    def take(self, line: bytes) -> bool:
        """Gather a line; returns whether it could. One that has a time is not gathered."""
        try:
            name, several = parsed(line)
            if several[0].time:
                return False
            self.add(name, several)
        except (Invalid, ValueError):
            return False
        return True

    def add(self, name: bytes, several: Sequence[Said]) -> None:
        """Add what a line says; raises Invalid or ValueError."""
        for values, kind, rate, tags, _ in several:
            found = self._as_written.get((name, kind, tags))
            if found is None:
                # A line that is refused makes no sum, which would be empty.
                SUMS[TYPES[kind]].check(values)
                found = self._sum(name, kind, tags)
            for value in values:
                found.add(value, rate)
                self._values += found.keeps_values
        self.is_full = (
            # Of these there may be more than sums: a tag that is left out makes another one.
            len(self._as_written) >= MOST_SUMS
            or len(self._sums) - self._left >= MOST_SUMS
            or self._values >= MOST_VALUES
        )

    async def prepare(self, store: StoreClient) -> None:
        """Read the values of gauges that were only added to; raises a StoreError."""
        waiting = self._waiting()
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            names = [each.names[""].series for each in some]
            found = await store.ask(store.redis.hmget(keys.FACTS, names))
            for each, packed in zip(some, found, strict=True):
                value = 0.0 if packed is None else keys.parse_facts(packed).value
                each.base = value if isfinite(value) else 0.0

    def flush(self, now: float) -> Sequence[tuple[bytes, Event]]:
        """Return a point of each, and begin anew. Gauges of which the value is not known stay."""
        waiting = set(map(id, self._waiting()))
        points: list[tuple[bytes, Event]] = []
        for each in self._sums.values():
            if id(each) not in waiting:
                points += _points(each, now)
                if isinstance(each, Gauge):
                    self._remember(each)
        self._sums = {key: each for key, each in self._sums.items() if id(each) in waiting}
        self._left = len(self._sums)
        self._as_written = {}
        self._values = 0
        self.is_full = False
        return points

    def waiting(self) -> list[bytes]:
        """Return the series of gauges that were only added to, and of which nobody knows more."""
        return [each.names[""].series.encode() for each in self._waiting()]

    def _waiting(self) -> list[Gauge]:
        return [
            each for each in self._sums.values() if isinstance(each, Gauge) and not each.is_known
        ]

    def _remember(self, gauge: Gauge) -> None:
        if len(self._last) >= MOST_SUMS:
            del self._last[next(iter(self._last))]
        self._last[gauge.names[""].series] = gauge.value

    def _sum(self, name: bytes, kind: bytes, tags: bytes) -> Sum:
        """Return what gathers lines of this name, type and tags; raises Invalid or ValueError."""
        sort = TYPES[kind]
        made = SUMS[sort]
        bare, found = tags_of(name, tags)
        host = found.pop("host", None)
        names = {end: self._named(bare and bare + end, host, found) for end in made.endings}
        key = (names[made.endings[0]].series, sort)
        each = self._sums.get(key)
        if each is None:
            each = made(names)
            if isinstance(each, Gauge):
                each.base = self._last.get(names[""].series)
                if self._left >= MOST_WAITING and not each.is_known:
                    raise Invalid("too many gauges", _TOO_MANY_GAUGES)
            self._sums[key] = each
        self._as_written[name, kind, tags] = each
        return each


def _points(each: Sum, now: float) -> list[tuple[bytes, Event]]:
    points = []
    for end, value in each.points():
        series, ends, trimmed = each.names[end]
        extras = f'{{"unit":"{each.unit}"}}' if each.unit and end != ".count" else ""
        event = Event(series, now, value, extras=extras, ends=ends, trimmed=trimmed)
        points.append((f"{series} {value!r}".encode(), event))
    return points
