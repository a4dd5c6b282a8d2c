"""Every constant of the detector, with its unit and its reason.

They were chosen on public series of many sorts, one set for all, and hold for counts, gauges,
temperatures and times alike: nothing here has the unit of a series but what a count is.
"""

HOUR, DAY = 3600.0, 86400.0

# Time. Shares a row are meant for rows of five minutes. Faster rows count for less, so that a day
# teaches the same; slower ones count in full, so that a series of hours learns at all.
FIRST_STEP = 300.0
"""Seconds between rows until some were seen; also what shares are given for."""
STEP_MEMORY = 50
"""Rows over which the step is averaged: an hour of minutes, some hours of five minutes."""
STEADY_ROWS = 20
"""Rows after which the step is known, so that a pause is told from a slower rhythm."""
PAUSE_STEPS = 20
"""Steps that make a pause. The step does not learn from it."""
CLOCK_BACK_ROWS = 12
"""Rows one after the other, all older than the newest, after which the clock was put back and
these are the present. Fewer are late and do not count."""
TAUGHT_AGAIN = 3 * HOUR
"""Seconds up to which an older row is one that was taught already: intervals of a backlog, or after
somebody was killed, begin anew from that far back. More would let a clock that was ahead stop
learning until time has caught up with it."""

LARGEST = 1e60
"""Beyond it a value is a gap. Nothing that is counted or measured is so large, and squares of the
squares of what is taken stay numbers."""

# The level and the shape of the week, on a scale of signed square roots, where the noise of a
# count is the same at every height.
LEVEL_SHARE = 0.001
"""Of a residual, by which a row moves level and spread: a memory of 1,000 rows, or 3.5 days. A
faster level follows day and weekend, which then cannot be learned."""
CLIP = 6.0
"""Spreads beyond which a residual teaches no more. A mean deviation is 0.8 standard deviations, so
this is beyond what noise does, and an outage cannot pull the level after itself."""
CLIP_ROWS = 100
"""Rows before residuals are clipped: the spread has to be known first."""
DAY_SHARE, WEEK_SHARE = 0.15, 0.3
"""The least by which one hour moves its slot of the day and of the week. Seven days, and three
weeks: long enough to average, short enough to follow the year."""
DAY_DOUBT, WEEK_DOUBT = 1.0, 0.5
"""Sights that a slot is short of: seen n times it counts n / (n + doubt) beside nothing for the
day, and n² / (n² + doubt) beside the day for the week. What was seen once may have been chance; two
weeks that agree are more than twice as good, and no weekend is half a working day."""
SMOOTH_BELOW = 3000.0
"""Seconds of a step below which slots are joined by straight lines, as an hour has several rows."""

# What was seen, as ranges.
WINDOW = HOUR
"""Seconds over which residuals are averaged: what lasts an hour counts, though each row of it be
within the noise."""
WINDOW_ROWS = (4, 12)
"""The least and the most rows of that window: fewer average nothing, more only cost."""
LOW_BAND = 6.0
"""Mean deviations below the middle where the known range ends, whatever was once seen below it.
Without it, an outage is a record that hides all later ones."""
HIGH_BAND = 4.0
"""Mean sizes of a rare peak above the middle where the known range ends, once there were some.
Peaks are more common than drops, so they are judged against each other."""
TAIL = 3.0
"""Mean deviations beyond which a row is a rare peak."""
TAIL_SHARE = 0.02
"""By which a peak moves the mean size of peaks: the last fifty count."""
TAIL_PEAKS = 3
"""Peaks before their mean size is believed."""
RANGE_SHARE = 0.001
"""By which a row moves middle and deviation of a range: a memory of 1,000 rows, or 3.5 days."""
CLIPPED_ROWS = 30
"""Rows of a range before middle and deviation learn only from what is within it."""
LOW_STRETCH, HIGH_STRETCH = 0.3, 0.5
"""Share of its width by which one stretch of STRETCH_TIME may widen a range, down and up: one
outage shall not make the next one usual, and a new rhythm shall within days."""
STRETCH_TIME = 12 * HOUR
FORGET_ROW, FORGET_DAY = 1e-4, 0.005
"""Share by which the ends of a range draw in, for a row and for a day; the smaller one holds. A
third of it is left after seven months. By the day, else series of minutes would forget in hours."""

# The smallest width that means anything.
FLOOR_SHARE = 0.02
"""Of the largest value, as a square root: four percent of it. Rounding is no record."""
TOP_KEPT = 0.9999
"""Share of the largest value that is left after each row: a fifth is forgotten in a week."""
COUNT_FLOOR = 4.0
"""For whole numbers. Their noise is half a unit here, so eight standard deviations."""
SPAN_SHARE = 0.25
"""Of the whole span of values: a change far smaller than what the series does anyway is none."""
LOW_FLOOR, HIGH_FLOOR = 1 / 16, 1 / 8
"""Shares of the floor below which deviation and peak sizes are not believed."""

# The score.
LEARN_ROWS, LEARN_TIME = 50, 2 * DAY
"""Before both have passed there is no score: a day has to be seen twice."""
LEARN_RATES = 7 * DAY
"""Before it has passed there is no judgement of a share of what is expected: a weekend is
usual."""
HALF = 0.055
"""Share of its width beyond the known range that scores 0.5, which is an alarm."""
MOST_EXCESS = 2.0
"""Widths beyond which stranger is not told apart: the score is 0.98."""
LEAST_EXCESS = 1e-4
"""Widths below which nothing is strange."""
REST = DAY
"""Time in which an episode is told once, unless it grows worse. What is unusual at each day's peak
is told once a day."""
WORSE = 1.25
"""By how much an excess has to be larger than the one that was told, to be told at once as well."""
GRACE_ROWS = 20
"""Rows at the start of an episode in which nothing smaller than that is told again."""
STOP_NATS = 20.0
"""Surprise of a full stop, in natural logarithms, that scores 0.5: once in 500 million tries, or
in 4,000 years of five minutes. It is a matter of probability alone, so no earlier stop hides it."""

# How much sums vary around what is expected.
NOISE_SHARE = 0.001
"""By which a row moves the noise of rows: a memory of 3.5 days of five minutes."""
NOISE_CUT = 2.5
"""Standard deviations beyond which a sum teaches no more noise. Of normal noise a fifteenth is
lost; with 3, incidents in one hour of twelve would treble it."""
LASTING = 2.5
"""Mean deviations, two standard ones, beyond which the mean of the window or of an hour teaches
less: by the square of how far beyond. Each row of a drop that lasts may be within the noise, and
what it taught would hide the next one."""
DRIFT_SHARE = 0.25
"""By which an hour moves how far the last ones are off: four hours. What lasts for so long is told
from noise though each of its hours is within it."""
SURE_HOURS = 24
"""Hours before it is believed how far hours usually are off: a day, as nights differ."""
NOISE_HOURS = 168
"""Hours over which the noise of hours is averaged: a week, as some hours are noisier."""
NOISE_DAYS = 14
"""Days over which the noise of days is averaged: two weeks, as weekends differ."""
FALSE_ALARMS = 0.2
"""False alarms a month and series that looking at a share may cost when the noise is as learned.
The limit that users are promised is one. Longer times are looked at as well, and the rest is for
noise that is not as learned."""
LOOK_EVERY = 300.0
"""Seconds from one look to the next, as checks look. Looks at times that overlap are more chances
than times that do not, by about the square root of how many overlap: 1.6 for ten minutes and 5 for
an hour, after Pickands."""
MONTH = 30 * DAY
LONGER_TIMES = (1.5, 2.0, 3.0, 4.0, 6.0)
"""Of the time asked for, over which a share is looked at when that time alone does not prove it.
They are close together at first, as a full stop of a small client needs only a little more."""
LOOK_BACK = 6 * HOUR
"""The longest of these times: a longer one is another hour of the day and another trouble."""
LONGER_SHARE = 0.5
"""Of the chance allowed for the time asked for, that each of these may have. They overlap with it
and with each other, so five more looks cost far less than five times as many false alarms."""
LEANING = 0.1
"""Chance of the time asked for beyond which no longer one is looked at: a tenth of healthy series
are, and what is far from usual for two or three of such times is not missed."""

# A level that has changed.
SHIFT_SPREADS = 2.0
"""Spreads by which the mean of the window must be off: for rows of five minutes that is nearly six
standard deviations of such a mean."""
OFF_TIME = 6 * HOUR
"""Time on one side after which it teaches no noise until it is over: what lasts so long is an
incident or a new level, and neither is how much healthy sums vary."""
SHIFT_TIME = 3 * DAY
"""Time on one side after which it is a new level, whatever its size: longer than a weekend, which
the week explains once it has seen some."""
