"""The shape of day and week: by how much an hour is usually above or below the level."""

from array import array

from blinkenlights.expected.constants import (
    DAY_DOUBT,
    DAY_SHARE,
    HOUR,
    SMOOTH_BELOW,
    WEEK_DOUBT,
    WEEK_SHARE,
)

DAY_HOURS, WEEK_HOURS = 24, 168
MONDAY = 72
"""Hours from the Monday before the epoch to the epoch, which was a Thursday."""
MOST = 255
"""As many hours as a slot counts: a byte. By then it has long been at its least share."""
_DISBELIEF = [WEEK_DOUBT / (weeks * weeks + WEEK_DOUBT) for weeks in range(MOST + 1)]
"""How far an hour of the week is not believed that was seen so many times."""


class Season:
    """24 slots by hour of the day and 168 by hour of the week, in local time.

    An hour of the week that was seen a few times is pooled with the same hour of all days: what is
    seldom seen is believed as far as it was seen.

    Slots are kept as 32-bit numbers, in memory as in the store, so that nothing changes when they
    are kept.
    """

    __slots__ = ("day", "day_seen", "week", "week_seen")

    def __init__(
        self,
        day: "array[float] | None" = None,
        week: "array[float] | None" = None,
        day_seen: bytearray | None = None,
        week_seen: bytearray | None = None,
    ) -> None:
        self.day = day or array("f", bytes(4 * DAY_HOURS))
        self.week = week or array("f", bytes(4 * WEEK_HOURS))
        self.day_seen = day_seen or bytearray(DAY_HOURS)
        self.week_seen = week_seen or bytearray(WEEK_HOURS)

    def slot(self, hour: int) -> float:
        """Return the offset of an hour, counted from the epoch in local time."""
        of_day, of_week = hour % DAY_HOURS, (hour + MONDAY) % WEEK_HOURS
        days, weeks = self.day_seen[of_day], self.week_seen[of_week]
        by_day = self.day[of_day] * days / (days + DAY_DOUBT)
        return by_day + (self.week[of_week] - by_day) * (1 - _DISBELIEF[weeks])

    def offset(self, local: float, step: float) -> float:
        """Return the offset at a moment of local time, in seconds since the epoch."""
        hour = int(local // HOUR)
        if step >= SMOOTH_BELOW:
            return self.slot(hour)
        past_middle = local / HOUR - hour - 0.5
        neighbour = hour + 1 if past_middle >= 0 else hour - 1
        share = abs(past_middle)
        return (1 - share) * self.slot(hour) + share * self.slot(neighbour)

    def doubt(self, hour: int) -> float:
        """Return by how much the offset of an hour may still be wrong, as a root.

        It is how far the week is from the day, as far as the week is not yet believed.
        """
        of_day, of_week = hour % DAY_HOURS, (hour + MONDAY) % WEEK_HOURS
        weeks = self.week_seen[of_week]
        if not weeks:
            return abs(self.day[of_day])
        return abs(self.week[of_week] - self.day[of_day]) * _DISBELIEF[weeks]

    def learn(self, hour: int, offset: float) -> None:
        """Take what an hour that is over was above the level."""
        of_day, of_week = hour % DAY_HOURS, (hour + MONDAY) % WEEK_HOURS
        days = self.day_seen[of_day] = min(self.day_seen[of_day] + 1, MOST)
        self.day[of_day] += max(DAY_SHARE, 1 / days) * (offset - self.day[of_day])
        weeks = self.week_seen[of_week] = min(self.week_seen[of_week] + 1, MOST)
        self.week[of_week] += max(WEEK_SHARE, 1 / weeks) * (offset - self.week[of_week])

    def belief(self, hour: int) -> float:
        """Return how far what is expected of this hour of the week is believed; 0 if unseen."""
        weeks = self.week_seen[(hour + MONDAY) % WEEK_HOURS]
        return 1 - _DISBELIEF[weeks] if weeks else 0.0

    def lower(self, offset: float) -> None:
        """Lower all hours that were seen, as the level has risen."""
        for slots, seen in ((self.day, self.day_seen), (self.week, self.week_seen)):
            for place, times in enumerate(seen):
                if times:
                    slots[place] -= offset

    def seen(self, hour: int) -> int:
        """Return in how many weeks this hour of the week was seen."""
        return self.week_seen[(hour + MONDAY) % WEEK_HOURS]
