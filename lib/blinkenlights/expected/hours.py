"""What was learned, hour by hour of the week."""

from typing import NamedTuple

from blinkenlights.expected.constants import HOUR
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.season import DAY_HOURS, WEEK_HOURS
from blinkenlights.expected.sums import Usual, usual_sums

MINUTE = 60.0


class HourOfWeek(NamedTuple):
    """What is expected in one hour of the week: of a minute, or of a value."""

    day: int
    """0 is Monday."""
    hour: int
    expected: float
    low: float
    high: float
    """19 of 20 healthy hours have a mean between these."""
    weeks: int
    """In how many weeks it was seen."""


def hours_of_week(detector: Detector, *, is_rate: bool) -> list[HourOfWeek]:
    """Return what is expected of the 168 hours from now on, Monday first.

    Where the clock is put forward or back, an hour of the week may be missing or be the later one.
    """
    found: dict[int, HourOfWeek] = {}
    start = detector.pace.newest // HOUR * HOUR
    step = detector.pace.step
    rows = HOUR / step if step < HOUR else 1.0
    for ahead in range(WEEK_HOURS):
        moment = start + ahead * HOUR
        # A row of the middle of the hour begins half a row before it.
        middle = moment + (HOUR - min(step, HOUR)) / 2
        mean = detector.expected_mean(middle)
        sums = Usual(rows * mean, rows * detector.expected_doubt(middle), rows * step)
        low, high = usual_sums(detector, sums)
        parts = rows * step / MINUTE if is_rate else rows
        share = MINUTE / step if is_rate else 1.0
        place = detector.hour_of_week(middle)
        day, hour = divmod(place, DAY_HOURS)
        weeks = detector.weeks_seen(middle)
        found[place] = HourOfWeek(day, hour, share * mean, low / parts, high / parts, weeks)
    return [found[place] for place in sorted(found)]
