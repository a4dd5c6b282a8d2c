"""When series neither teach what is usual nor alarm anybody by it: in planned maintenance."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim

from blinkenlights.globs import matcher
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.kinds.registry import KINDS, learnables
from blinkenlights.rules.receiver import Maintenance
from blinkenlights.store.reader import StoreReader

BACK_SECONDS = 86_400.0
"""Whoever judges looks back for so long."""
AHEAD_SECONDS = 3_600.0
"""It is planned anew long before that is over."""
MOST_TIMES = 200
"""Of one maintenance; who has one each minute has no series to learn."""
TELL_SECONDS = 600.0
_UNDERSTOOD = frozenset(("subject", "thing"))


def excluded_times(
    planned: Sequence[Maintenance], sorts: Sequence[str], now: float
) -> list[Excluded]:
    """Return which series are excluded when, from a day ago until an hour ahead.

    A maintenance of certain rules, labels or tags is none of a series, and left out.

    Args:
        planned: All maintenance.
        sorts: Of which series it is learned: `client`, `metric`.
        now: The present, seconds since the epoch.
    """
    return [
        Excluded(sort, each.match.get("thing", "*"), start, start + each.seconds)
        for each in planned
        if each.match.keys() <= _UNDERSTOOD
        for sort in sorts
        if matcher([each.match.get("subject", "*")])(sort)
        for start in _starts(each, now)
    ]


def _starts(planned: Maintenance, now: float) -> Iterator[float]:
    first = now - BACK_SECONDS - planned.seconds
    runs = CronSim(planned.schedule, datetime.fromtimestamp(first, ZoneInfo(planned.zone)))
    for _, run in zip(range(MOST_TIMES), runs, strict=False):
        if run.timestamp() > now + AHEAD_SECONDS:
            return
        yield run.timestamp()


class Excluding:
    """Tells those who learn what is usual of planned maintenance, now and then."""

    def __init__(self) -> None:
        self._planned: Sequence[Maintenance] = ()
        self._told = 0.0

    def tell(self, store: StoreReader, planned: Sequence[Maintenance], now: float) -> None:
        """Tell of it when it has changed, or was not told of for a while; raises a StoreError."""
        if planned == self._planned and abs(now - self._told) < TELL_SECONDS:
            return
        times = excluded_times(planned, [each.sort for each in learnables()], now)
        for kind in KINDS:
            if kind.excluding:
                kind.excluding(store, times)
        self._planned, self._told = planned, now
