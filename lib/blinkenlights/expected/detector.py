"""The detector of one series: rows in, findings out, in constant time and memory."""

import math
from typing import TYPE_CHECKING

from blinkenlights.expected.constants import (
    DAY,
    FORGET_DAY,
    FORGET_ROW,
    HOUR,
    LARGEST,
    LEARN_RATES,
    LEARN_ROWS,
    LEARN_TIME,
    MOST_EXCESS,
    SPAN_SHARE,
    WINDOW,
)
from blinkenlights.expected.episode import Episode
from blinkenlights.expected.finding import Band, Finding
from blinkenlights.expected.floor import Floor
from blinkenlights.expected.hour_means import HourMeans
from blinkenlights.expected.known_range import KnownRange, Sight
from blinkenlights.expected.level import Lesson, Level, share_of_level
from blinkenlights.expected.noise import Noise, Sum, fitted, share_of_row
from blinkenlights.expected.pace import Pace
from blinkenlights.expected.recent import Recent, Window
from blinkenlights.expected.season import MONDAY, WEEK_HOURS, Season
from blinkenlights.expected.shift import Shift
from blinkenlights.expected.stop import Stop
from blinkenlights.expected.wall_clock import local_seconds

if TYPE_CHECKING:
    from datetime import tzinfo


class Detector:
    """What one series usually does. `zone` is where its days and weeks are lived; UTC without."""

    __slots__ = (
        "episode",
        "floor",
        "hours",
        "level",
        "means",
        "noise",
        "pace",
        "recent",
        "residuals",
        "season",
        "shift",
        "stop",
        "troughs",
        "values",
        "width",
        "zone",
    )

    def __init__(self, zone: "tzinfo | None" = None) -> None:
        self.zone = zone
        self.pace = Pace()
        self.season = Season()
        self.level = Level()
        self.recent = Recent()
        self.floor = Floor()
        self.values = KnownRange()
        self.residuals = KnownRange()
        self.means = KnownRange()
        self.troughs = KnownRange()
        self.noise = Noise()
        self.stop = Stop()
        self.shift = Shift()
        self.episode = Episode()
        self.hours = HourMeans()
        self.width = 0.0

    def update(self, moment: float, value: float | None) -> Finding:
        """Take a row, in seconds since the epoch, and say how strange it is.

        A value of None is a gap: what was missed, or shall neither teach nor alarm. Late rows are
        gaps as well, and so is what is no number or beyond all that is counted.
        """
        known = value is not None and -LARGEST <= value <= LARGEST
        gap = self.pace.take(moment) if known else None
        if value is None or gap is None:
            return Finding(0.0, self.expected(moment))
        root = math.copysign(math.sqrt(abs(value)), value)
        pace, level, noise = self.pace, self.level, self.noise
        rows, step, pace_share = pace.rows, pace.step, pace.share
        if rows == 1:
            level.level = root
        if gap > WINDOW + step and step < WINDOW:
            self.recent = Recent()
        local = local_seconds(moment, self.zone)
        hour = int(local // HOUR)
        offset = self.season.offset(local, step)
        expected = level.level + offset
        residual = root - expected
        clipped = level.clipped(residual, rows)
        floor = self.floor.take(value, root)
        counts = self.floor.counts
        learning = self.learning_left() > 0
        fit = fitted(expected, counts=counts)
        mean = noise.mean_of(fit)
        stop = self.stop.score(value, mean, noise, step, counts=counts)
        window = self.recent.take(residual, root, step)
        settled = not learning and pace.seen >= LEARN_RATES
        weight = window.weight(self.means.deviation) if settled else 1.0
        if not self.shift.is_long(moment):
            taught = expected + weight * clipped
            seen = math.copysign(taught * taught, taught)
            row = Sum(seen, mean, self._doubt(hour, expected), counts)
            noise.learn(row, fit, local, share_of_row(rows, pace_share), settled=settled)
        share = share_of_level(rows, pace_share)
        lesson = Lesson(hour, offset, clipped, share, learning, settled)
        level.learn(self.season, self.hours, lesson)
        if not learning:
            self.shift.take(moment, residual, window.mean, level)
        forgotten = min(FORGET_ROW * pace_share, FORGET_DAY * gap / DAY)
        sight = Sight(moment, pace_share, forgotten, learning)
        excess = self._excess(residual, root, window, floor, sight)
        band = self._band(expected, mean)
        if learning:
            return Finding(0.0, band)
        score = self.episode.score(min(MOST_EXCESS, excess), step)
        return Finding(max(score, stop), band)

    def expected(self, moment: float) -> Band | None:
        """Return what is expected of a row at a moment; None before the first row."""
        if not self.pace.rows:
            return None
        root = self.expected_root(moment)
        return self._band(root, self.noise.mean(root, counts=self.floor.counts))

    def expected_root(self, moment: float) -> float:
        """Return what is expected of a row at a moment, on the scale of signed roots."""
        return self.level.level + self.season.offset(
            local_seconds(moment, self.zone), self.pace.step
        )

    def expected_mean(self, moment: float) -> float:
        """Return what is expected of a row at a moment."""
        return self.noise.mean(self.expected_root(moment), counts=self.floor.counts)

    def expected_doubt(self, moment: float) -> float:
        """Return the standard deviation of the mean expected at a moment, as the season is young.

        It does not hold what the level and the noise of rows do.
        """
        hour = int(local_seconds(moment, self.zone) // HOUR)
        return self._doubt(hour, self.expected_root(moment))

    def weeks_seen(self, moment: float) -> int:
        """Return in how many weeks this hour of the week was seen."""
        return self.season.seen(int(local_seconds(moment, self.zone) // HOUR))

    def hour_of_week(self, moment: float) -> int:
        """Return in which hour of the week a moment is; 0 is the first one of Monday."""
        return int(local_seconds(moment, self.zone) // HOUR + MONDAY) % WEEK_HOURS

    def learning_left(self) -> float:
        """Return seconds until rows are scored, at the pace of the rows so far; 0 when they are."""
        by_rows = (LEARN_ROWS + 1 - self.pace.rows) * self.pace.step
        return max(0.0, by_rows, LEARN_TIME - self.pace.seen)

    def rates_left(self) -> float:
        """Return seconds until a share of what is expected can be judged; 0 when it can be."""
        return max(self.learning_left(), LEARN_RATES - self.pace.seen)

    def _doubt(self, hour: int, root: float) -> float:
        # The square of a root that may be wrong by d is wrong by 2 d times the root.
        return 2 * abs(root) * self.season.doubt(hour)

    def _excess(
        self, residual: float, root: float, window: Window, floor: float, sight: Sight
    ) -> float:
        self.values.excess_of_record(root, floor, sight)
        self.width = width = max(floor, SPAN_SHARE * (self.values.high - self.values.low))
        excess = abs(self.residuals.excess_of_band(residual, width, sight))
        # After a pause the window fills anew; a mean over fewer rows would be a noisier number.
        if not window.is_full:
            return excess
        return max(
            excess,
            abs(self.means.excess_of_band(window.mean, width, sight)),
            self.troughs.excess_of_record(window.least, width, sight),
        )

    def _band(self, root: float, mean: float) -> Band:
        low, high = self.residuals.band(self.width)
        low, high = root + low, root + high
        if not self.floor.negative:
            low, high = max(0.0, low), max(0.0, high)
        return Band(mean, math.copysign(low * low, low), math.copysign(high * high, high))
