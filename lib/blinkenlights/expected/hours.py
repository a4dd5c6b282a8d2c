"""What was learned, hour by hour of the week."""

from typing import NamedTuple

from blinkenlights.expected.constants import HOUR
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.season import DAY_HOURS, WEEK_HOURS
from blinkenlights.expected.usual import usual_range


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
    for ahead in range(WEEK_HOURS):
        begun = start + ahead * HOUR
        place = detector.hour_of_week(begun)
        day, hour = divmod(place, DAY_HOURS)
        usual = usual_range(detector, begun, HOUR, is_rate=is_rate)
        found[place] = HourOfWeek(day, hour, *usual, detector.weeks_seen(begun))
    return [found[place] for place in sorted(found)]
